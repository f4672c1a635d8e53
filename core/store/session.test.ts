import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Outcome } from '../contract/facts.ts';
import { passBy } from '../kit/fault-points.ts';
import { systemIds } from '../kit/ids.ts';
import { Reader } from './reader.ts';
import { Session } from './session.ts';
import { aFolder, completed, submitted } from './testing/facts.ts';

const NOON = Date.UTC(2026, 0, 5, 12, 0, 0);

function aStore(file = join(aFolder(), 'aurora.db')) {
  const sessions: Session[] = [];
  onTestFinished(() => {
    for (const session of sessions) session.close();
  });
  const open = (): Session => {
    const session = new Session({ file, origin: 'live', now: () => NOON, newId: systemIds.id, at: passBy });
    sessions.push(session);
    return session;
  };
  const alarms = (): string[] => {
    const reader = new Reader(file);
    const sentences = reader.alarms(0);
    reader.close();
    return sentences;
  };
  return { file, open, alarms };
}

const store = (session: Session, ...ids: string[]): Outcome[] =>
  ids.flatMap((id) => session.commit([[submitted(id), completed(id)]]).flat());

/** What is on the disk while the store is open, as a power cut would leave it. */
function cut(file: string): string {
  const copy = join(aFolder(), 'aurora.db');
  for (const part of ['', '-wal', '.anchor']) if (existsSync(file + part)) copyFileSync(file + part, copy + part);
  return copy;
}

const ten = Array.from({ length: 10 }, (_, n) => `t${n}`);

describe('trust in what is stored', () => {
  it('goes on where it stopped, without a word: same epoch, next offset', () => {
    const { open, alarms } = aStore();
    const first = open();
    store(first, 't1', 't2');
    const { epoch } = first.writer.tail;
    first.close();
    const second = open();
    expect(second.writer.tail).toMatchObject({ epoch, offset: 2 });
    expect(store(second, 't3').at(-1)).toMatchObject({ offset: 3 });
    expect(alarms()).toEqual([]);
  });

  it.each([0.2, 0.5, 0.9])(
    'says how many acknowledged results a WAL cut at %s has lost, and begins a new epoch',
    (share) => {
      const { file, open } = aStore();
      const session = open();
      store(session, ...ten);
      const { epoch } = session.writer.tail;
      const copy = cut(file);
      const wal = readFileSync(`${copy}-wal`);
      writeFileSync(`${copy}-wal`, wal.subarray(0, Math.floor(wal.length * share)));
      const after = aStore(copy);
      const { tail } = after.open().writer;
      expect(tail.offset).toBeLessThan(10);
      expect(tail.epoch).not.toBe(epoch);
      const lost = 10 - tail.offset;
      expect(after.alarms()).toEqual([
        expect.stringContaining(`${lost} ${lost === 1 ? 'result' : 'results'} that had been stored are lost`),
      ]);
    },
  );

  it('notices a WAL that is missing altogether', () => {
    const { file, open } = aStore();
    const first = open();
    store(first, 't0');
    first.close();
    store(open(), 't1', 't2');
    const copy = cut(file);
    rmSync(`${copy}-wal`);
    const after = aStore(copy);
    expect(after.open().writer.tail.offset).toBe(1);
    expect(after.alarms()).toEqual([expect.stringContaining('2 results that had been stored are lost')]);
  });

  it('never lets a group’s cursor stand above the end of the stream', () => {
    const { file, open } = aStore();
    const session = open();
    store(session, ...ten);
    session.commit([[{ kind: 'group_ack', group: 'g', offset: 10 }]]);
    session.tidy(0);
    const copy = cut(file);
    const db = new Database(copy);
    db.exec('DELETE FROM results WHERE offset > 4');
    db.close();
    aStore(copy).open();
    const reader = new Reader(copy);
    expect(reader.ackedOffset('g')).toBe(4);
    reader.close();
  });

  it('notices another result in the place of the one that was acknowledged', () => {
    const { file, open, alarms } = aStore();
    const session = open();
    store(session, 't1');
    const { epoch } = session.writer.tail;
    session.close();
    const db = new Database(file);
    db.exec("UPDATE results SET hash = 'of another'");
    db.close();
    expect(open().writer.tail.epoch).not.toBe(epoch);
    expect(alarms()).toEqual([expect.stringContaining('#1 is not the one that was acknowledged')]);
  });

  it('warns of an anchor that is missing beside a store with results, and begins a new epoch', () => {
    const { file, open, alarms } = aStore();
    const session = open();
    store(session, 't1');
    const { epoch } = session.writer.tail;
    session.close();
    rmSync(`${file}.anchor`);
    expect(open().writer.tail.epoch).not.toBe(epoch);
    expect(alarms()).toEqual([expect.stringContaining('anchor beside the store is missing')]);
  });

  it('knows that a store was put in the place of another', () => {
    const { file, open, alarms } = aStore();
    const mine = open();
    store(mine, 't1');
    mine.close();
    const other = aStore();
    const session = other.open();
    store(session, 't1', 't2');
    session.close();
    copyFileSync(other.file, file);
    open();
    expect(alarms()).toEqual([expect.stringContaining('not the one that was at work here before')]);
  });

  it('begins a new epoch where rows are set aside, and hands them out no more', () => {
    const { file, open } = aStore();
    const session = open();
    store(session, 't1', 't2');
    const { epoch } = session.writer.tail;
    session.commit([[{ kind: 'set_aside', rows: [{ offset: 2, reason: 'does not add up' }], at: NOON }]]);
    expect(session.writer.tail).toMatchObject({ offset: 2 });
    expect(session.writer.tail.epoch).not.toBe(epoch);
    const reader = new Reader(file);
    expect(reader.setAside(9)).toEqual([{ offset: 2, reason: 'does not add up', found_ms: NOON }]);
    expect(reader.newestPerSymbol(9)).toMatchObject([{ offset: 1 }]);
    expect(reader.resultsAfter(0, 9)).toMatchObject([{ offset: 1 }]);
    expect(reader.results({ symbol: null, timeframe: null, before: 9, limit: 9 })).toMatchObject([{ offset: 1 }]);
    expect(reader.result(2)).toBeUndefined();
    reader.close();
  });
});

describe('a damaged file', () => {
  it('is put aside whole under a dated name, and a new store begins with its epoch and an alarm', () => {
    const { file, open, alarms } = aStore();
    const session = open();
    store(session, ...ten);
    session.close();
    const db = readFileSync(file);
    db.fill(0xff, 4096, 3 * 4096);
    writeFileSync(file, db);
    const { tail } = open().writer;
    expect(tail.offset).toBe(0);
    const aside = readdirSync(join(file, '..')).find((name) => name.startsWith('aurora-damaged-2026-01-05T12-00-00'));
    expect(readFileSync(join(file, '..', aside ?? '')).equals(db)).toBe(true);
    expect(alarms()).toEqual([
      expect.stringMatching(/was damaged .* lies aside as .*aurora-damaged-.* there is no backup of it/),
      expect.stringContaining('10 results that had been stored are lost: the store ends at #0, #10 was acknowledged'),
    ]);
  });

  it('names the newest backup, where there is one', () => {
    const { file, open, alarms } = aStore();
    open().close();
    const backups = join(file, '..', 'backups');
    new Database(file).exec(`VACUUM INTO '${join(file, '..', 'copy.db')}'`);
    mkdirSync(backups);
    renameSync(join(file, '..', 'copy.db'), join(backups, 'aurora-2026-01-04T00-00-00-000Z.db'));
    writeFileSync(file, 'no database at all, but long enough to be looked at'.repeat(100));
    open();
    expect(alarms()[0]).toMatch(/newest backup is .*aurora-2026-01-04T00-00-00-000Z\.db: aurora restore/);
  });
});

describe('a file that was taken away', () => {
  it('is put back with all that was in it', () => {
    const { file, open } = aStore();
    const session = open();
    store(session, ...ten);
    expect(session.isInPlace()).toBe(true);
    for (const part of ['', '-wal', '-shm']) rmSync(file + part);
    expect(session.isInPlace()).toBe(false);
    expect(session.rescue()).toContain('was put back');
    session.close();
    const { tail } = open().writer;
    expect(tail).toMatchObject({ offset: 10, epoch: session.writer.tail.epoch });
  });

  it('is kept beside one that was put in its place', () => {
    const { file, open } = aStore();
    const session = open();
    store(session, ...ten);
    for (const part of ['', '-wal', '-shm']) rmSync(file + part);
    writeFileSync(file, 'another');
    const beside = join(file, '..', 'aurora-rescued-2026-01-05T12-00-00-000Z.db');
    expect(session.rescue()).toContain(beside);
    expect(new Reader(beside).lastOffset()).toBe(10);
    expect(readFileSync(file, 'utf8')).toBe('another');
  });
});

it('brings the write-ahead log back to nothing', () => {
  const { file, open } = aStore();
  const session = open();
  store(session, ...ten);
  expect(session.walBytes).toBeGreaterThan(0);
  session.tidy(0);
  expect(statSync(`${file}-wal`).size).toBe(0);
});
