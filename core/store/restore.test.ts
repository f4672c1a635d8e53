import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { systemIds } from '../kit/ids.ts';
import { inspect } from './inspect.ts';
import { Reader } from './reader.ts';
import { RESTORE_STEPS, restore } from './restore.ts';
import { takeBackup } from './take-backup.ts';
import { aFilledStore, nthResult, openSession } from './testing/a-store.ts';
import { aFolder } from './testing/facts.ts';

const NOON = Date.UTC(2026, 0, 5, 12, 0, 0);
const BACKED_UP = 20;
const STORED = 30;

/** A store that has gone on since its backup was made, and lies there as a killed engine leaves it. */
function aStoreWithBackup() {
  const file = aFilledStore(BACKED_UP);
  const { file: backup } = takeBackup(file, join(aFolder(), 'backup.db'));
  const db = new Database(backup);
  db.exec(`INSERT INTO consumer_groups VALUES ('g', ${STORED})`);
  db.close();
  const session = openSession(file);
  for (let nth = BACKED_UP; nth < STORED; nth += 1) session.commit([nthResult(nth)]);
  const killed = join(aFolder(), 'aurora.db');
  for (const part of ['', '-wal', '.anchor']) copyFileSync(file + part, killed + part);
  const { epoch } = session.writer.tail;
  session.close();
  return { file: killed, backup, epoch };
}

const asked = (file: string, backup: string) => ({
  file,
  backup,
  origin: 'live' as const,
  now: NOON,
  newId: systemIds.id,
});

const offsetsIn = (file: string): number[] => {
  const reader = new Reader(file);
  const offsets = reader.resultsAfter(0, 1_000).map(({ offset }) => offset);
  reader.close();
  return offsets;
};
const upTo = (last: number): number[] => Array.from({ length: last }, (_, place) => place + 1);

/** Opens a store as an engine does; returns what it has and what it says. */
function started(file: string) {
  const session = openSession(file);
  const { epoch, offset } = session.writer.tail;
  const reader = new Reader(file);
  const alarms = reader.alarms(0);
  const acked = reader.ackedOffset('g');
  reader.close();
  session.close();
  return { epoch, offset, alarms, acked };
}

describe('a restore', () => {
  it('puts the backup in place under a new epoch, without an alarm, and keeps the old store whole', () => {
    const { file, backup, epoch } = aStoreWithBackup();
    const { aside, missing } = restore(asked(file, backup));
    expect(missing).toBe(STORED - BACKED_UP);
    const now = started(file);
    expect(now).toMatchObject({ offset: BACKED_UP, alarms: [], acked: BACKED_UP });
    expect(now.epoch).not.toBe(epoch);
    expect(offsetsIn(file)).toEqual(upTo(BACKED_UP));
    expect(aside).toBe(join(dirname(file), 'aurora-replaced-2026-01-05T12-00-00-000Z.db'));
    expect(inspect(aside as string)).toMatchObject({ rows: STORED, bad: [], gaps: [], damage: null, standing: null });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('goes on from there: the next result has the next offset', () => {
    const { file, backup } = aStoreWithBackup();
    restore(asked(file, backup));
    const session = openSession(file);
    expect(session.commit([nthResult(99)])[0]?.[1]).toMatchObject({ ok: true, offset: BACKED_UP + 1 });
    session.close();
    expect(inspect(file)).toMatchObject({ bad: [], gaps: [], standing: null });
  });

  it('can be taken back: what lies aside is a backup like any', () => {
    const { file, backup } = aStoreWithBackup();
    const { aside } = restore(asked(file, backup));
    restore({ ...asked(file, aside as string), now: NOON + 1_000 });
    expect(started(file)).toMatchObject({ offset: STORED, alarms: [] });
  });

  it('of a folder that has no store yet needs none', () => {
    const { backup } = aStoreWithBackup();
    const file = join(aFolder(), 'live', 'aurora.db');
    expect(restore(asked(file, backup))).toMatchObject({ aside: null, missing: 0 });
    expect(started(file)).toMatchObject({ offset: BACKED_UP, alarms: [] });
  });

  it('takes the place of a store that is damaged, and keeps that as it is', () => {
    const { file, backup } = aStoreWithBackup();
    for (const part of ['', '-wal']) writeFileSync(file + part, readFileSync(file + part).fill(0xff, 0, 4096));
    const bytes = readFileSync(file);
    const { aside, missing } = restore(asked(file, backup));
    expect(missing).toBeNull();
    expect(started(file)).toMatchObject({ offset: BACKED_UP, alarms: [] });
    expect(readFileSync(aside as string).equals(bytes)).toBe(true);
    expect(existsSync(`${aside}-wal`)).toBe(true);
  });

  it('refuses a backup that is damaged, of another origin or of a newer Aurora, and changes nothing', () => {
    const { file, backup } = aStoreWithBackup();
    const before = readFileSync(file);
    const torn = join(aFolder(), 'torn.db');
    writeFileSync(torn, readFileSync(backup).fill(0xff, 8192, 12_288));
    expect(() => restore(asked(file, torn))).toThrow(/torn\.db is damaged \(.*\)/);
    writeFileSync(torn, 'no database');
    expect(() => restore(asked(file, torn))).toThrow(/cannot be read/);
    expect(() => restore({ ...asked(file, backup), origin: 'replay' })).toThrow(/is a store of live, not of replay/);
    const newer = new Database(backup);
    newer.pragma('user_version = 4000');
    newer.close();
    expect(() => restore(asked(file, backup))).toThrow(/has schema 4000, this Aurora knows/);
    expect(() => restore(asked(file, join(aFolder(), 'nowhere.db')))).toThrow(/There is no store at/);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dirname(file)).filter((name) => name.startsWith('aurora-'))).toEqual([]);
  });

  it('brings back what does not add up too, and says so', () => {
    const { file, backup } = aStoreWithBackup();
    const db = new Database(backup);
    db.exec(`UPDATE results SET body = replace(body, '"confidence":0.8', '"confidence":0.9') WHERE offset = 3`);
    db.close();
    expect(restore(asked(file, backup)).backup.bad).toMatchObject([{ offset: 3 }]);
    expect(offsetsIn(file)).toEqual(upTo(BACKED_UP));
  });

  it('waits for nobody who reads the old store', () => {
    const { file, backup } = aStoreWithBackup();
    const reader = new Database(file);
    reader.exec('BEGIN; SELECT * FROM results');
    expect(() => restore(asked(file, backup))).toThrow(/is being read by another program/);
    reader.close();
    expect(started(file)).toMatchObject({ offset: STORED, alarms: [] });
  });
});

describe('a restore that is killed', () => {
  const killedAfter = (step: string, file: string, backup: string): void => {
    const code = `
      import { restore } from ${JSON.stringify(new URL('./restore.ts', import.meta.url).href)};
      restore({ ...${JSON.stringify(asked(file, backup))}, newId: () => 'the-restored-epoch',
        onStep: (step) => step === ${JSON.stringify(step)} && process.kill(process.pid, 'SIGKILL') });`;
    const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    expect(signal, stderr).toBe('SIGKILL');
  };

  it.each(RESTORE_STEPS)('after %s leaves the old store or the new one, and can be done again', (step) => {
    const { file, backup } = aStoreWithBackup();
    killedAfter(step, file, backup);
    const { epoch, offset, alarms } = started(file);
    const isNew = RESTORE_STEPS.indexOf(step) >= RESTORE_STEPS.indexOf('swapped');
    expect(offset).toBe(isNew ? BACKED_UP : STORED);
    expect(epoch === 'the-restored-epoch').toBe(step === 'anchored');
    const warned = isNew && step !== 'anchored';
    expect(alarms).toEqual(warned ? [expect.stringContaining('it was restored or replaced')] : []);
    restore({ ...asked(file, backup), now: NOON + 1_000 });
    expect(started(file)).toMatchObject({ offset: BACKED_UP });
    expect(inspect(file)).toMatchObject({ rows: BACKED_UP, bad: [], gaps: [], damage: null, standing: null });
    const kept = readdirSync(dirname(file)).filter((name) => /^aurora-replaced-.*\.db$/.test(name));
    const rows = kept.map((name) => inspect(join(dirname(file), name)).rows);
    expect(rows).toContain(STORED);
    expect(readdirSync(dirname(file)).filter((name) => /part$|restoring$/.test(name))).toEqual([]);
  });
});
