import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../contract/facts.ts';
import { inspect, withStore } from './inspect.ts';
import { Reader } from './reader.ts';
import { expiredIn } from './retention.ts';
import type { Session } from './session.ts';
import { aFilledStore, nthResult, openSession } from './testing/a-store.ts';
import { submitted } from './testing/facts.ts';

const NOON = Date.UTC(2026, 0, 5, 12, 0, 0);
const after = (seconds: number): number => NOON + seconds * 1_000;
const acked = (offset: number): Fact => ({ kind: 'group_ack', group: 'g', offset });

/** An open store of so many results, one a second from noon on, all of them read. */
function aStore(results: number) {
  const file = aFilledStore(results);
  const session = openSession(file);
  session.commit([[acked(results)]]);
  return { file, session };
}

/** Lets go what ended before so many seconds after noon. */
function letGo(file: string, session: Session, seconds: number) {
  const expired = withStore(file, (db) => expiredIn(db, after(seconds)));
  session.commit([[{ kind: 'expired', ...expired }]]);
  return expired;
}

function shown(file: string) {
  const reader = new Reader(file);
  const offsets = reader.resultsAfter(0, 10_000).map(({ offset }) => offset);
  const newest = reader.newestPerSymbol(10_000);
  const task = reader.task('task-0');
  reader.close();
  return { offsets, newest, task };
}

const WELL = { bad: [], gaps: [], damage: null, standing: null };

describe('retention', () => {
  it('takes what is old, keeps the newest of each symbol and the end, and the chain can still be verified', () => {
    const { file, session } = aStore(40);
    const { newest } = shown(file);
    const { offsets } = letGo(file, session, 1_000);
    const kept = new Set([...newest.map(({ offset }) => offset), 40]);
    expect(offsets).toEqual(Array.from({ length: 40 }, (_, n) => n + 1).filter((offset) => !kept.has(offset)));
    expect(shown(file)).toMatchObject({ offsets: [...kept].sort((a, b) => a - b), newest, task: null });
    const { rows, removed } = inspect(file);
    expect(inspect(file)).toMatchObject({ ...WELL, rows: kept.size });
    expect(rows + removed).toBe(40 - Math.min(...kept) + 1);
    session.close();
    const next = openSession(file);
    expect(next.commit([nthResult(40)])[0]?.at(-1)).toMatchObject({ ok: true, offset: 41 });
    next.close();
    expect(inspect(file)).toMatchObject({ ...WELL, rows: kept.size + 1 });
  });

  it('takes nothing that is younger', () => {
    const { file, session } = aStore(40);
    letGo(file, session, 20);
    expect(shown(file).offsets).toEqual(Array.from({ length: 20 }, (_, n) => n + 21));
    expect(inspect(file)).toMatchObject({ ...WELL, rows: 20, removed: 0 });
    session.close();
  });

  it('takes nothing that a group has not read yet, or any where no group has read', () => {
    const file = aFilledStore(20);
    const session = openSession(file);
    expect(letGo(file, session, 1_000).offsets).toEqual([]);
    session.commit([[acked(5)]]);
    expect(letGo(file, session, 1_000).offsets).toEqual([1, 2, 3, 4, 5]);
    session.close();
  });

  it('keeps the analysis of a follow-up that is still open', () => {
    const { file, session } = aStore(20);
    const [followUp] = nthResult(99);
    if (followUp?.kind !== 'submitted') throw new Error('it begins with its task');
    session.commit([[{ ...followUp, task: { ...followUp.task, analysis_task_id: 'task-2' } }]]);
    expect(letGo(file, session, 1_000).offsets).not.toContain(3);
    session.close();
  });

  it('keeps what was set aside, also where a fault in it would leave the next row nothing to stand on', () => {
    const { file, session } = aStore(20);
    session.commit([[{ kind: 'set_aside', rows: [{ offset: 3, reason: 'x' }], at: NOON }]]);
    expect(letGo(file, session, 1_000).offsets).not.toContain(3);
    session.close();
  });

  it('takes dead and cancelled tasks with all that hangs on them, and no open one', () => {
    const { file, session } = aStore(5);
    const [dead, open] = [submitted('dead'), submitted('open')];
    session.commit([[dead, open]]);
    session.commit([
      [
        { kind: 'leased', task: { ...dead.task, state: 'assigned' }, lease: 77, agent_id: 'a', at: NOON },
        { kind: 'changed', task: { ...dead.task, state: 'dead', ended_ms: after(1) } },
      ],
    ]);
    expect(letGo(file, session, 1_000).tasks).toEqual(['dead']);
    const reader = new Reader(file);
    expect(reader.task('dead')).toBeNull();
    expect(reader.lastLease()).toBe(77);
    expect(reader.task('open')).not.toBeNull();
    reader.close();
    session.close();
  });

  it('leaves a chain that can be verified after any order of results and removals', () => {
    const steps = fc.array(
      fc.oneof(fc.record({ store: fc.integer({ min: 1, max: 8 }) }), fc.record({ until: fc.nat(60) })),
      {
        minLength: 1,
        maxLength: 12,
        size: 'max',
      },
    );
    fc.assert(
      fc.property(steps, (asked) => {
        const { file, session } = aStore(3);
        let stored = 3;
        for (const step of asked) {
          if ('until' in step) letGo(file, session, step.until);
          else {
            const facts = Array.from({ length: step.store }, (_, n) => nthResult(stored + n)).flat();
            stored += step.store;
            session.commit([[...facts, acked(stored)]]);
          }
        }
        session.close();
        expect(inspect(file)).toMatchObject({ ...WELL, tail: { offset: stored } });
      }),
      { numRuns: 25 },
    );
  });
});
