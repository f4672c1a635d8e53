import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Fact } from '../contract/facts.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { inspect } from './inspect.ts';
import { aFilledStore, openSession } from './testing/a-store.ts';
import { UpkeepLoop, type UpkeepNews } from './upkeep-loop.ts';

const HOUR = 3_600_000;

/** The upkeep of a store, with its writer; rests between two steps take no time. */
function anUpkeep(file: string, keepDays: number | null = null) {
  const clock = new FakeClock();
  const session = openSession(file, { now: () => clock.now() });
  const committed: Fact[] = [];
  const told: UpkeepNews[] = [];
  let writes = true;
  let rests = false;
  const after: FakeClock['after'] = (ms, run) => {
    if (ms < 60_000) return soon(run);
    rests = true;
    return clock.after(ms, () => {
      rests = false;
      run();
    });
  };
  const loop = new UpkeepLoop({
    file,
    keepDays,
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      every: (ms, run) => clock.every(ms, run),
      after,
    },
    commit: async (fact) => {
      committed.push(fact);
      if (writes) session.commit([[fact]]);
      return writes;
    },
    tell: (news) => told.push(news),
  });
  const over = loop.run();
  onTestFinished(async () => {
    loop.close();
    await over;
    session.close();
  });
  /** Resolves with what was told last once a round has come to its end. */
  const round = async (): Promise<UpkeepNews | undefined> => {
    await vi.waitUntil(() => rests, { interval: 1, timeout: 10_000 });
    return told.at(-1);
  };
  const pass = async (ms: number): Promise<UpkeepNews | undefined> => {
    await round();
    for (let passed = 0; passed < ms; passed += HOUR) {
      clock.advance(HOUR);
      await round();
    }
    return told.at(-1);
  };
  const cannotWrite = (): void => {
    writes = false;
  };
  return { committed, round, pass, cannotWrite, loop, over };
}

function soon(run: () => void) {
  const timer = setImmediate(run);
  return () => clearImmediate(timer);
}

function change(file: string, sql: string): string {
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  db.exec(sql);
  db.close();
  return file;
}

const backupsOf = (file: string): string[] => {
  const folder = join(file, '..', 'backups');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('the upkeep', () => {
  it('finds nothing in a sound store, and takes its first backup', async () => {
    const file = aFilledStore(250);
    const { committed, round } = anUpkeep(file);
    expect(await round()).toEqual({ alarms: [], lastBackup: Date.UTC(2026, 0, 5, 14) });
    expect(committed).toEqual([]);
    expect(inspect(join(file, '..', 'backups', backupsOf(file)[0] ?? ''))).toMatchObject({ rows: 250, bad: [] });
  });

  it('takes a backup a day and keeps seven', async () => {
    const file = aFilledStore(5);
    const { round, pass } = anUpkeep(file);
    await round();
    await pass(22 * HOUR);
    expect(backupsOf(file)).toHaveLength(1);
    const news = await pass(9 * 24 * HOUR);
    expect(backupsOf(file)).toHaveLength(7);
    expect(news?.lastBackup).toBeGreaterThan(Date.UTC(2026, 0, 14));
    expect(backupsOf(file)[0]).toMatch(/^aurora-2026-01-0[89]T/);
  });

  it('takes none of an empty store', async () => {
    const file = aFilledStore(0);
    expect(await anUpkeep(file).round()).toEqual({ alarms: [], lastBackup: null });
    expect(backupsOf(file)).toEqual([]);
  });

  it('says why there is no backup, and goes on with the rest', async () => {
    const file = aFilledStore(5);
    change(join(file, '..', 'backups'), 'CREATE TABLE in_the_way (x)');
    const { round } = anUpkeep(change(file, `UPDATE results SET body = '{}' WHERE offset = 2`));
    expect((await round())?.alarms).toEqual([expect.stringMatching(/^No backup was made \(/)]);
    expect(inspect(file).bad).toMatchObject([{ offset: 2, known: true }]);
  });

  it('leaves a file that was taken away to the writer, and looks at the store once it is back', async () => {
    const file = aFilledStore(5);
    const { round, pass } = anUpkeep(file);
    await round();
    renameSync(file, `${file}.away`);
    expect((await pass(30 * HOUR))?.alarms).toEqual([]);
    expect(backupsOf(file)).toHaveLength(1);
    renameSync(`${file}.away`, file);
    await pass(HOUR);
    expect(backupsOf(file)).toHaveLength(2);
  });

  it('has bad rows set aside once, with an alarm in the store', async () => {
    const file = change(
      aFilledStore(250),
      `UPDATE results SET body = replace(body, 'because', 'becauze') WHERE offset IN (6, 201)`,
    );
    const { committed, round, pass } = anUpkeep(file);
    await round();
    expect(committed).toMatchObject([{ kind: 'set_aside', rows: [{ offset: 6 }, { offset: 201 }] }]);
    await pass(50 * HOUR);
    expect(committed).toHaveLength(1);
    const db = new Database(file, { readonly: true });
    expect(db.prepare('SELECT sentence FROM alarms').pluck().all()).toEqual([
      expect.stringContaining('2 stored results (#6 and others) are not what was written'),
    ]);
    db.close();
  });

  it('says so where they cannot be set aside, and tries again', async () => {
    const file = change(aFilledStore(20), `UPDATE results SET body = '{}' WHERE offset = 6`);
    const { committed, round, pass, cannotWrite } = anUpkeep(file);
    cannotWrite();
    expect((await round())?.alarms).toEqual([expect.stringContaining('could not be set aside')]);
    await pass(HOUR);
    expect(committed.length).toBeGreaterThan(1);
  });

  it('counts what is missing', async () => {
    const file = change(aFilledStore(20), 'DELETE FROM results WHERE offset IN (6, 7, 12)');
    expect((await anUpkeep(file).round())?.alarms).toEqual([
      expect.stringMatching(/^3 of the stored results cannot be read any more, the first is #6/),
    ]);
  });

  it('looks again a day later', async () => {
    const file = aFilledStore(20);
    const { committed, round, pass } = anUpkeep(file);
    await round();
    change(file, `UPDATE results SET body = '{}' WHERE offset = 6`);
    await pass(22 * HOUR);
    expect(committed).toEqual([]);
    await pass(3 * HOUR);
    expect(committed).toMatchObject([{ kind: 'set_aside', rows: [{ offset: 6 }] }]);
  });

  it('lets go what is older than it is told to keep, and nothing where it is not told', async () => {
    const file = aFilledStore(20);
    change(file, "INSERT INTO consumer_groups VALUES ('g', 20)");
    const { committed, pass } = anUpkeep(file, 2);
    await pass(30 * HOUR);
    expect(committed).toEqual([]);
    await pass(24 * HOUR);
    expect(committed).toMatchObject([{ kind: 'expired' }]);
    expect(inspect(file)).toMatchObject({ bad: [], gaps: [] });
    expect(inspect(file).rows).toBeLessThan(20);
  });

  it('ends where it is, when it is closed', async () => {
    const { loop, over, committed } = anUpkeep(
      change(aFilledStore(250), `UPDATE results SET body = '{}' WHERE offset = 6`),
    );
    loop.close();
    await over;
    expect(committed).toEqual([]);
  });
});
