import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { addsUp } from './chain.ts';
import { withStore } from './inspect.ts';
import type { OutboxRow } from './outbox.ts';
import { Reader } from './reader.ts';
import { expiredIn } from './retention.ts';
import { aFilledStore, openSession } from './testing/a-store.ts';

const RESULTS = 40;

function read<T>(file: string, look: (reader: Reader) => T): T {
  const reader = new Reader(file);
  try {
    return look(reader);
  } finally {
    reader.close();
  }
}

const rowsOf = (file: string): OutboxRow[] => read(file, ({ outbox }) => outbox.after(0, 1_000));
const offsets = (rows: readonly { offset: number }[]): number[] => rows.map(({ offset }) => offset);

describe('the outbox', () => {
  it('has every result as text, with what it is chained to', () => {
    const rows = rowsOf(aFilledStore(RESULTS));
    expect(rows).toHaveLength(RESULTS);
    expect(rows.every(({ previous_hash, body }) => addsUp(previous_hash, body))).toBe(true);
  });

  it('has the newest of each symbol as the sidebar has them', () => {
    const file = aFilledStore(RESULTS);
    const newest = read(file, (reader) => reader.newestPerSymbol(33));
    expect(read(file, ({ outbox }) => outbox.newest(33)).map(({ body }) => JSON.parse(body))).toEqual(newest);
  });

  it.each(['hash', 'body'])(
    'leaves out what was set aside, and proves the next one, whatever was damaged: the %s',
    (column) => {
      const file = aFilledStore(RESULTS);
      const db = new Database(file);
      const text = db.prepare(`SELECT ${column} FROM results WHERE offset = 20`).pluck().get() as string;
      const [from, to] = column === 'hash' ? [text, 'f'.repeat(64)] : ['"confidence":0.8', '"confidence":0.9'];
      db.prepare(`UPDATE results SET ${column} = ? WHERE offset = 20`).run(text.replace(from, to));
      db.close();
      const session = openSession(file);
      session.commit([[{ kind: 'set_aside', rows: [{ offset: 20, reason: 'damaged' }], at: 0 }]]);
      session.close();
      const rows = rowsOf(file);
      expect(offsets(rows)).not.toContain(20);
      expect(rows.every(({ previous_hash, body }) => addsUp(previous_hash, body))).toBe(true);
    },
  );

  it('proves the first row behind what retention has cut off', () => {
    const file = aFilledStore(RESULTS);
    const session = openSession(file);
    session.commit([[{ kind: 'group_ack', group: 'g', offset: RESULTS }]]);
    const expired = withStore(file, (db) => expiredIn(db, Date.UTC(2026, 0, 6)));
    session.commit([[{ kind: 'expired', ...expired }]]);
    session.close();
    const rows = rowsOf(file);
    expect(rows.length).toBeLessThan(RESULTS);
    expect(rows.every(({ previous_hash, body }) => addsUp(previous_hash, body))).toBe(true);
  });
});
