import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fact, Outcome } from '../contract/facts.ts';
import { passBy } from '../kit/fault-points.ts';
import { systemIds } from '../kit/ids.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { Ballast } from './ballast.ts';
import { Reader } from './reader.ts';
import { Session } from './session.ts';
import { aFolder, completed, submitted } from './testing/facts.ts';
import { type FromWriter, type StoreHealth, WriterLoop } from './writer-loop.ts';

/** A loop over a real store; `failing` makes its next commits fail as a disk would, before or after they are written. */
function aLoop(folder = aFolder()) {
  const file = join(folder, 'aurora.db');
  const clock = new FakeClock();
  const told: FromWriter[] = [];
  const faults: { code: string; written: boolean }[] = [];
  let opening: Error | null = null;
  const open = (): Session => {
    if (opening) throw opening;
    const session = new Session({ file, origin: 'live', now: () => clock.now(), newId: systemIds.id, at: passBy });
    const commit = session.commit.bind(session);
    session.commit = (batches) => {
      const fault = faults.shift();
      if (fault && !fault.written) throw Object.assign(new Error('disk I/O error'), { code: fault.code });
      const outcomes = commit(batches);
      if (fault) throw Object.assign(new Error('disk I/O error'), { code: fault.code });
      return outcomes;
    };
    return session;
  };
  const ballast = new Ballast(join(folder, 'ballast'));
  const loop = new WriterLoop({ open, ballast, clock, tell: (message) => told.push(message) });
  onTestFinished(() => loop.close());
  let id = 0;
  const ask = (...facts: Fact[]): (() => Outcome[] | undefined) => {
    const mine = ++id;
    loop.take([{ id: mine, facts }]);
    return () =>
      told.flatMap((one) => ('committed' in one ? one.committed : [])).find((one) => one.id === mine)?.outcomes;
  };
  const health = (): StoreHealth =>
    told.flatMap((one) => ('health' in one ? [one.health] : [])).at(-1) ?? { not_saved: null, warnings: [] };
  const renewed = (): string[] => told.flatMap((one) => ('renewed' in one ? [one.renewed] : []));
  const reading = <T>(look: (reader: Reader) => T): T => {
    const reader = new Reader(file);
    try {
      return look(reader);
    } finally {
      reader.close();
    }
  };
  return {
    file,
    folder,
    clock,
    loop,
    ask,
    health,
    renewed,
    reading,
    stored: () => reading((reader) => reader.lastOffset()),
    fail: (code: string, written = false) => faults.push({ code, written }),
    failOpening: (error: Error | null) => {
      opening = error;
    },
  };
}

const one = (id: string): Fact[] => [submitted(id), completed(id)];

describe('a store that another program holds locked', () => {
  const lock = (file: string) => {
    const other = new Database(file);
    other.exec('BEGIN EXCLUSIVE');
    return () => {
      other.exec('COMMIT');
      other.close();
    };
  };

  it('is waited for in silence, and what was asked meanwhile is committed in its order', () => {
    const { file, ask, clock, health, stored } = aLoop();
    const unlock = lock(file);
    const asked = [ask(...one('t1')), ask(...one('t2'))];
    clock.advance(2_000);
    expect(asked.map((outcomes) => outcomes())).toEqual([undefined, undefined]);
    expect(health().not_saved).toBeNull();
    unlock();
    clock.advance(200);
    expect(asked.map((outcomes) => outcomes()?.[1])).toMatchObject([
      { ok: true, offset: 1 },
      { ok: true, offset: 2 },
    ]);
    expect(stored()).toBe(2);
  });

  it('is said after five seconds, what waits is handed back, and it goes on by itself', () => {
    const { file, ask, clock, health, stored } = aLoop();
    const unlock = lock(file);
    const asked = ask(...one('t1'));
    clock.advance(6_000);
    expect(asked()).toMatchObject([
      { ok: false, message: expect.stringContaining('holds the store locked') },
      { ok: false },
    ]);
    expect(health().not_saved).toMatch(/another program holds the store locked: end that one/);
    expect(ask(...one('t2'))()).toMatchObject([{ ok: false }, { ok: false }]);
    clock.advance(24_000);
    expect(health().not_saved).not.toBeNull();
    unlock();
    clock.advance(1_000);
    expect(health().not_saved).toBeNull();
    expect(ask(...one('t1'))()).toMatchObject([{ ok: true }, { ok: true, offset: 1 }]);
    expect(stored()).toBe(1);
  });
});

describe('a full disk', () => {
  it('gives up the ballast first, and nobody notices', () => {
    const { folder, ask, fail, health, clock } = aLoop();
    expect(statSync(join(folder, 'ballast')).size).toBe(1024 * 1024);
    fail('SQLITE_FULL');
    expect(ask(...one('t1'))()).toMatchObject([{ ok: true }, { ok: true, offset: 1 }]);
    expect(existsSync(join(folder, 'ballast'))).toBe(false);
    expect(health().not_saved).toBeNull();
    clock.advance(3_000);
    expect(statSync(join(folder, 'ballast')).size).toBe(1024 * 1024);
  });

  it('hands back what it cannot store, says so, and goes on when there is room', () => {
    const { ask, fail, health, clock, stored } = aLoop();
    fail('SQLITE_FULL');
    fail('SQLITE_FULL');
    expect(ask(...one('t1'))()).toMatchObject([
      { ok: false, message: expect.stringContaining('disk is full') },
      { ok: false },
    ]);
    expect(health().not_saved).toMatch(/the disk is full: make room and it goes on by itself/);
    clock.advance(1_000);
    expect(health().not_saved).toBeNull();
    expect(ask(...one('t1'))()).toMatchObject([{ ok: true }, { ok: true, offset: 1 }]);
    expect(stored()).toBe(1);
  });
});

describe('a disk that reports an error', () => {
  it.each([false, true])(
    'is believed in nothing: no more is written before all is read anew (was written: %s)',
    (written) => {
      const { ask, fail, health, renewed, reading, clock } = aLoop();
      fail('SQLITE_IOERR_FSYNC', written);
      expect(ask(...one('t1'))()).toMatchObject([{ ok: false }, { ok: false }]);
      expect(renewed()).toEqual([expect.stringContaining('the disk reports an error')]);
      expect(health().not_saved).toMatch(/the disk reports an error \(disk I\/O error\)/);
      expect(ask(...one('t2'))()).toMatchObject([{ ok: false }, { ok: false }]);
      clock.advance(5_000);
      expect(renewed()).toHaveLength(1);
      expect(reading((reader) => [reader.lastOffset(), reader.alarms(0)])).toEqual([written ? 1 : 0, []]);
    },
  );

  it('is tried again each second while the file cannot be opened', () => {
    const { ask, fail, failOpening, health, renewed, clock } = aLoop();
    failOpening(new Error('still broken'));
    fail('SQLITE_IOERR_WRITE');
    ask(...one('t1'));
    clock.advance(3_000);
    expect(renewed()).toEqual([]);
    expect(health().not_saved).toBe('still broken');
    failOpening(null);
    clock.advance(1_000);
    expect(renewed()).toEqual(['still broken']);
  });
});

describe('a file that is taken away', () => {
  it('is back within a second with all that was in it, and is read anew', () => {
    const { file, ask, clock, renewed, reading } = aLoop();
    ask(...one('t1'));
    for (const part of ['', '-wal', '-shm']) rmSync(file + part);
    expect(ask(...one('t2'))()).toMatchObject([{ ok: true }, { ok: true, offset: 2 }]);
    clock.advance(1_000);
    expect(renewed()).toEqual([expect.stringContaining('was taken away')]);
    expect(reading((reader) => [reader.lastOffset(), reader.alarms(0)])).toEqual([
      2,
      [expect.stringContaining('was taken away while Aurora ran and was put back')],
    ]);
  });

  it('lies beside another that was put in its place, and the alarm says where', () => {
    const other = aLoop();
    other.ask(...one('x1'));
    other.loop.close();
    const { file, ask, clock, renewed, reading } = aLoop();
    ask(...one('t1'));
    ask(...one('t2'));
    for (const part of ['', '-wal', '-shm']) rmSync(file + part);
    new Database(other.file).exec(`VACUUM INTO '${file}'`);
    clock.advance(1_000);
    expect(renewed()).toHaveLength(1);
    const alarms = reading((reader) => reader.alarms(0));
    expect(alarms).toEqual([
      expect.stringContaining('not the one that was at work here before'),
      expect.stringMatching(/what had been stored lies in .*aurora-rescued-.*\.db/),
    ]);
    expect(reading((reader) => reader.lastOffset())).toBe(1);
  });

  it('nothing is taken while it cannot be put back', () => {
    const { folder, ask, clock, health, renewed, file } = aLoop();
    ask(...one('t1'));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file in the place of the folder');
    clock.advance(1_000);
    expect(health().not_saved).toMatch(/was taken away: it is being put back \(/);
    expect(ask(...one('t2'))()).toMatchObject([{ ok: false }, { ok: false }]);
    rmSync(folder);
    clock.advance(1_000);
    expect(renewed()).toHaveLength(1);
    expect(existsSync(file)).toBe(true);
  });
});

it('reads all anew where rows were set aside', () => {
  const { ask, renewed } = aLoop();
  ask(...one('t1'));
  expect(ask({ kind: 'set_aside', rows: [{ offset: 1, reason: 'flipped' }], at: 1 })()).toMatchObject([{ ok: true }]);
  expect(renewed()).toHaveLength(1);
});
