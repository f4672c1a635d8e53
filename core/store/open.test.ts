import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { assertSqlite, openWritable } from './open.ts';
import { aFolder } from './testing/facts.ts';

const digestOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('opening the store', () => {
  it('writes ahead with synchronous=FULL, so that a commit that returned is on the disk', () => {
    const db = openWritable(join(aFolder(), 'aurora.db'));
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('fullfsync', { simple: true })).toBe(1);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
  });

  it('refuses a newer file before any write, and says which versions', () => {
    const file = join(aFolder(), 'aurora.db');
    openWritable(file).close();
    const newer = new Database(file);
    newer.pragma('user_version = 99');
    newer.pragma('journal_mode = DELETE');
    newer.close();
    const before = digestOf(file);
    expect(() => openWritable(file)).toThrow(/schema 99, this Aurora knows \d+/);
    expect(digestOf(file)).toBe(before);
  });

  it.each(['3.51.2', '3.50.9', '2.99.99', '3.7.0'])('refuses SQLite %s, which can lose committed writes', (version) => {
    expect(() => assertSqlite(version)).toThrow(/3\.51\.3 or newer/);
  });

  it.each(['3.51.3', '3.52.0', '3.54.1', '4.0.0'])('takes SQLite %s', (version) => {
    expect(() => assertSqlite(version)).not.toThrow();
  });
});
