import { createHash } from 'node:crypto';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../contract/facts.ts';
import { passBy } from '../kit/fault-points.ts';
import { openWritable } from './open.ts';
import { Reader } from './reader.ts';
import { aFolder, completed, submitted } from './testing/facts.ts';
import { Writer } from './writer.ts';

function aWriter(file = join(aFolder(), 'aurora.db')) {
  const db = openWritable(file);
  const writer = new Writer({
    db,
    origin: 'live',
    now: () => Date.UTC(2026, 0, 5, 12, 0, 1),
    newId: () => 'epoch-1',
    newEpoch: false,
    at: passBy,
  });
  return { db, writer, file, reader: () => new Reader(file) };
}

const offsets = (outcomes: readonly Outcome[]) => outcomes.map((one) => (one.ok ? one.offset : one.message));

describe('the writer', () => {
  it('stores task, result and follow-up in one step, with the offset as stream position', () => {
    const { writer, reader } = aWriter();
    writer.commit([[submitted('t1')]]);
    const [[outcome]] = writer.commit([[completed('t1', { follow_up: true })]]) as [[Outcome]];
    expect(outcome).toMatchObject({
      ok: true,
      offset: 1,
      duplicate: false,
      follow_up: { task_id: 't1:signal', state: 'queued' },
    });
    const read = reader();
    expect(read.task('t1')).toMatchObject({ row: { state: 'completed' }, completion: { offset: 1, lease: 1 } });
    expect(read.task('t1:signal')?.row.payload.analysis).toMatchObject({ task_id: 't1', offset: 1, confidence: 0.8 });
    expect(read.resultsAfter(0, 10)).toMatchObject([{ offset: 1, task_id: 't1', result: { store_epoch: 'epoch-1' } }]);
  });

  it('R6 keeps the first of two completions of one task, and answers the second with its offset', () => {
    const { writer, reader } = aWriter();
    writer.commit([[submitted('t1')]]);
    const outcomes = writer
      .commit([[completed('t1', { confidence: 0.6 })], [completed('t1', { confidence: 0.9 })]])
      .flat();
    expect(outcomes).toMatchObject([
      { ok: true, offset: 1, duplicate: false },
      { ok: true, offset: 1, duplicate: true },
    ]);
    expect(reader().results({ symbol: null, timeframe: null, before: 99, limit: 9 })).toMatchObject([
      { confidence: 0.6 },
    ]);
  });

  it.each(['completed', 'cancelled'] as const)(
    'keeps no bars of a task that is %s, and the rest of what it was given',
    (state) => {
      const { writer, reader } = aWriter();
      const { kind, task } = submitted('t1');
      writer.commit([[{ kind, task: { ...task, payload: { bars: [[1, 2, 3, 4, 5, 6]], symbol: 'ADA/BTC' } } }]]);
      expect(reader().task('t1')?.row.payload).toHaveProperty('bars');
      writer.commit([[state === 'completed' ? completed('t1') : { kind: 'changed', task: { ...task, state } }]]);
      expect(reader().task('t1')?.row).toMatchObject({ state, payload: { symbol: 'ADA/BTC' } });
      expect(reader().task('t1')?.row.payload).not.toHaveProperty('bars');
    },
  );

  it('lets a fact that fails fail alone, without a gap', () => {
    const { writer, reader } = aWriter();
    const outcomes = writer.commit([
      [submitted('t1'), submitted('t2'), submitted('t2')],
      [completed('t1'), completed('nobody submitted this'), completed('t2')],
    ]);
    expect(outcomes[0]).toMatchObject([{ ok: true }, { ok: true }, { ok: false }]);
    expect(offsets(outcomes[1] ?? [])).toEqual([1, expect.stringContaining('FOREIGN KEY'), 2]);
    expect(
      reader()
        .resultsAfter(0, 10)
        .map(({ task_id }) => task_id),
    ).toEqual(['t1', 't2']);
  });

  it('chains each record to the one before by sha256 over its canonical form', () => {
    const { writer, db } = aWriter();
    writer.commit([[submitted('t1'), submitted('t2', { task_type: 'report' })]]);
    writer.commit([
      [completed('t1'), { ...completed('t2'), task_type: 'report', settled: null, opaque: { b: 1, a: [2] } }],
    ]);
    const rows = db.prepare('SELECT body, hash FROM results ORDER BY offset').all() as { body: string; hash: string }[];
    let before = '';
    for (const { body, hash } of rows) {
      const { hash: own, ...record } = JSON.parse(body) as { hash: string };
      expect(own).toBe(hash);
      expect(
        createHash('sha256')
          .update(before + canonicalize(record))
          .digest('hex'),
      ).toBe(hash);
      before = hash;
    }
    expect(rows).toHaveLength(2);
  });

  it('goes on where it stopped: epoch, offset and chain', () => {
    const { writer, db, file } = aWriter();
    writer.commit([[submitted('t1'), submitted('t2'), completed('t1')]]);
    db.close();
    const again = aWriter(file);
    expect(again.writer.tail.epoch).toBe('epoch-1');
    expect(offsets(again.writer.commit([[completed('t2')]]).flat())).toEqual([2]);
    expect(again.reader().resultsAfter(1, 9)[0]?.result?.offset).toBe(2);
  });

  it('keeps the model’s own text apart, capped, and its hash in the record', () => {
    const { writer, db, reader } = aWriter();
    const text = '€'.repeat(40_000);
    writer.commit([[submitted('t1'), completed('t1', { raw_content: text })]]);
    const kept = db.prepare('SELECT content FROM raw_contents WHERE offset = 1').pluck().get() as string;
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(65_540);
    expect(kept.startsWith('€€')).toBe(true);
    const [entry] = reader().resultsAfter(0, 1);
    expect(entry?.result?.raw_content_hash).toBe(createHash('sha256').update(kept).digest('hex'));
    expect(JSON.stringify(entry?.result)).not.toContain('€');
  });

  it('keeps the late once per task and lease, and the cursor of a group at its highest', () => {
    const { writer, reader } = aWriter();
    const late = { kind: 'late', task_id: 't1', lease: 3, agent_id: 'b', result: undefined, at: 1 } as const;
    writer.commit([[submitted('t1'), late, late]]);
    writer.commit([
      [
        { kind: 'group_ack', group: 'g', offset: 5 },
        { kind: 'group_ack', group: 'g', offset: 3 },
      ],
    ]);
    expect(reader().late(10)).toEqual([{ task_id: 't1', lease: 3, agent_id: 'b', received_ms: 1, result: null }]);
    expect(reader().ackedOffset('g')).toBe(5);
  });
});

describe('the reader', () => {
  it('R4 finds the newest of each symbol by time, stage and offset, up to an offset', () => {
    const { writer, reader } = aWriter();
    const made = [
      ['t1', 'A', 10],
      ['t2', 'B', 20],
      ['t3', 'A', 5],
      ['t4', 'B', 20],
    ] as const;
    for (const [id, symbol, at] of made) writer.commit([[submitted(id, { symbol }), completed(id, { symbol, at })]]);
    const newest = (upTo: number) =>
      reader()
        .newestPerSymbol(upTo)
        .map(({ task_id }) => task_id);
    expect(newest(4)).toEqual(['t1', 't4']);
    expect(newest(3)).toEqual(['t1', 't2']);
    expect(newest(0)).toEqual([]);
  });

  it('uses an index for what is asked at every start and every page', () => {
    const { db } = aWriter();
    const plan = (sql: string) => JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
    expect(plan("SELECT * FROM tasks WHERE state IN ('queued', 'assigned') ORDER BY created_ms")).toContain(
      'tasks_by_state',
    );
    expect(plan("SELECT body FROM results WHERE symbol = 'A' AND analyzed_ms < 5")).toContain('results_by_symbol');
    expect(plan('SELECT lease FROM leases WHERE task_id = 1')).toContain('leases_by_task');
  });
});
