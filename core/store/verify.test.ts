import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openReadable } from './open.ts';
import { tombstone } from './record-check.ts';
import { aFilledStore, nthResult, openSession } from './testing/a-store.ts';
import { verify, verifyRows } from './verify.ts';

function looked(file: string) {
  const db = openReadable(file);
  try {
    return verify(db, 7);
  } finally {
    db.close();
  }
}

/** A store of twenty results that something has happened to. */
function damagedBy(damage: string, ...values: unknown[]) {
  const file = aFilledStore(20);
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  db.prepare(damage).run(...values);
  db.close();
  return looked(file);
}

describe('verification', () => {
  it('finds nothing wrong with what was written, and says how far the store has come', () => {
    const file = aFilledStore(20);
    const session = openSession(file);
    expect(looked(file)).toEqual({ rows: 20, removed: 0, bad: [], gaps: [], tail: session.writer.tail });
    session.close();
  });

  it('looks at an empty store', () => {
    expect(looked(aFilledStore(0))).toMatchObject({ rows: 0, bad: [], gaps: [], tail: { offset: 0, hash: '' } });
  });

  it.each([
    ['a word of the body', "replace(body, 'because', 'becauze')", 'its content does not add up with its hash'],
    ['the body’s own hash', `json_set(body, '$.hash', 'x')`, 'its hash is not the one in its body'],
    ['a body cut short', 'substr(body, 1, 100)', 'its body cannot be read'],
    ['a body that is none', `'[]'`, 'its body cannot be read'],
    ['the offset in the body', `json_set(body, '$.offset', 2)`, 'its body is that of #2'],
  ])('names the row with %s, and not the one after it', (_, body, reason) => {
    expect(damagedBy(`UPDATE results SET body = ${body} WHERE offset = 6`).bad).toEqual([
      { offset: 6, symbol: 'ETH/BTC', reason, known: false },
    ]);
  });

  it.each(['hash', 'symbol', 'timeframe', 'task_type', 'task_id'])('names a row whose column %s differs', (column) => {
    const { bad } = damagedBy(`UPDATE results SET ${column} = 'other' WHERE offset = 6`);
    expect(bad).toMatchObject([
      { offset: 6, reason: expect.stringContaining(column === 'hash' ? 'its hash' : column) },
    ]);
  });

  it.each(['analyzed_ms', 'stage_rank'])('names a row whose column %s differs', (column) => {
    expect(damagedBy(`UPDATE results SET ${column} = 7 WHERE offset = 6`).bad).toMatchObject([
      { offset: 6, reason: `its ${column} is not the one in its body` },
    ]);
  });

  it.each([
    ['altered', "UPDATE raw_contents SET content = 'other' WHERE offset = 7"],
    ['gone', 'DELETE FROM raw_contents WHERE offset = 7'],
    ['one too many', "INSERT INTO raw_contents VALUES (6, 'never said')"],
  ])('names a row whose raw text is %s', (_, damage) => {
    const { bad } = damagedBy(damage);
    expect(bad).toMatchObject([{ reason: expect.stringContaining("the model's own text") }]);
  });

  it('names a row that is hidden as if retention had removed it', () => {
    expect(damagedBy('UPDATE results SET removed = 1 WHERE offset = 6').bad).toMatchObject([
      { offset: 6, reason: 'its body was not removed by retention, though it says so' },
    ]);
  });

  it('passes over a row that retention has emptied: its hash holds the next one', () => {
    const file = aFilledStore(20);
    const db = new Database(file);
    const hash = db.prepare('SELECT hash FROM results WHERE offset = 6').pluck().get() as string;
    db.prepare(`UPDATE results SET removed = 1, body = ?, symbol = NULL, timeframe = NULL, analyzed_ms = NULL,
      stage_rank = NULL WHERE offset = 6`).run(tombstone(hash));
    db.close();
    expect(looked(file)).toMatchObject({ rows: 19, removed: 1, bad: [], gaps: [] });
  });

  it('tells of a gap, and blames no row beside it', () => {
    expect(damagedBy('DELETE FROM results WHERE offset IN (6, 7, 12)')).toMatchObject({
      bad: [],
      gaps: [
        { from: 6, to: 7, why: 'missing' },
        { from: 12, to: 12, why: 'missing' },
      ],
    });
  });

  it('names a row that an index does not lead to', () => {
    const file = aFilledStore(20);
    const db = new Database(file);
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    db.exec(
      `UPDATE sqlite_schema SET sql = replace(sql, 'symbol IS NOT NULL', 'symbol > ''F''') WHERE name = 'results_by_symbol'`,
    );
    db.pragma('writable_schema = RESET');
    db.exec('REINDEX');
    db.pragma('writable_schema = ON');
    db.exec(
      `UPDATE sqlite_schema SET sql = replace(sql, 'symbol > ''F''', 'symbol IS NOT NULL') WHERE name = 'results_by_symbol'`,
    );
    db.close();
    const { bad } = looked(file);
    expect(new Set(bad.map(({ symbol }) => symbol))).toEqual(new Set(['ADA/BTC', 'ETH/BTC']));
    expect(bad[0]).toMatchObject({ reason: 'an index of the store does not lead to it' });
  });

  it('knows what was set aside before', () => {
    const file = aFilledStore(20);
    const db = new Database(file);
    db.exec(`UPDATE results SET body = '{}' WHERE offset IN (3, 6); INSERT INTO set_aside VALUES (6, 'seen', 1)`);
    db.close();
    expect(looked(file).bad.map(({ offset, known }) => [offset, known])).toEqual([
      [3, false],
      [6, true],
    ]);
  });

  it('goes on while results are stored, and holds nothing up between two steps', () => {
    const file = aFilledStore(20);
    const db = openReadable(file);
    const session = openSession(file);
    const steps = verifyRows(db, 5);
    steps.next();
    for (let nth = 20; nth < 40; nth += 1) session.commit([nthResult(nth)]);
    session.tidy(0);
    expect(session.walBytes).toBe(0);
    let last = steps.next();
    while (!last.done) last = steps.next();
    expect(last.value).toMatchObject({ rows: 40, bad: [], tail: session.writer.tail });
    session.close();
    db.close();
  });
});
