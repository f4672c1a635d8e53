import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { inspect, withStore } from './inspect.ts';
import { schemaOf } from './open.ts';
import { Reader } from './reader.ts';
import { openSession } from './testing/a-store.ts';
import { aFolder, completed, submitted } from './testing/facts.ts';

/** A store that the writer of the first schema wrote, long ago. */
function aStoreOfSchema1(): string {
  const file = join(aFolder(), 'aurora.db');
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  db.exec(readFileSync(new URL('./testing/schema-1.sql', import.meta.url), 'utf8'));
  db.close();
  return file;
}

const bodiesOf = (file: string): unknown[] =>
  withStore(file, (db) => db.prepare('SELECT offset, body, hash FROM results ORDER BY offset').all());

it('a store of the first schema can be verified as it is', () => {
  expect(inspect(aStoreOfSchema1())).toMatchObject({ rows: 9, removed: 0, bad: [], gaps: [], damage: null });
});

it('a store of the first schema is brought up with nothing changed in it, after a copy of it was made', () => {
  const file = aStoreOfSchema1();
  const before = bodiesOf(file);
  const session = openSession(file);
  expect(bodiesOf(file)).toEqual(before);
  const reader = new Reader(file);
  expect(reader.newestPerSymbol(9).map(({ symbol, offset }) => [symbol, offset])).toEqual([
    ['ADA/BTC', 7],
    ['ETH/BTC', 8],
    ['GOOG', 9],
  ]);
  expect(reader.openTasks().map(({ row }) => row.task_id)).toEqual(['task-8:signal']);
  expect(reader.ackedOffset('aurora_bridge')).toBe(9);
  reader.close();
  expect(session.commit([[submitted('next'), completed('next', { lease: 99 })]])[0]?.[1]).toMatchObject({ offset: 10 });
  session.close();
  expect(inspect(file)).toMatchObject({ rows: 10, bad: [], gaps: [], damage: null, standing: null });

  const backups = join(file, '..', 'backups');
  expect(readdirSync(backups)).toEqual(['before-schema-2.db']);
  const copy = join(backups, 'before-schema-2.db');
  expect(withStore(copy, schemaOf)).toBe(1);
  expect(bodiesOf(copy)).toEqual(before);
});
