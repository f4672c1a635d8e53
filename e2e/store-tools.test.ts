import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Status } from '../core/contract/sidebar.ts';
import { aFilledStore } from '../core/store/testing/a-store.ts';
import { aFolder } from './support/folders.ts';
import { type Program, run, startProgram, until } from './support/program.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const STORED = 30;
/** Without those of a user's own type. */
const TRADING = 24;

const storeOf = (data: string, origin = 'live'): string => join(data, origin, 'aurora.db');

/** A data folder with a store of thirty results. */
function aDataFolder(): string {
  const data = aFolder();
  mkdirSync(dirname(storeOf(data)), { recursive: true });
  aFilledStore(STORED, storeOf(data));
  return data;
}

async function anEngine(data: string, ...args: string[]): Promise<Program> {
  const program = await startProgram([...EMPTY, ...args], data);
  onTestFinished(() => program.kill());
  return program;
}

async function aurora(...args: string[]): Promise<{ code: number | null; said: string }> {
  const { exited, output } = run(args);
  return { code: await exited, said: output() };
}

function change(file: string, sql: string): void {
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  db.exec(sql);
  db.close();
}

const backupsIn = (data: string): string[] => readdirSync(join(data, 'live', 'backups'));

describe('while an engine runs', () => {
  it('aurora verify and aurora backup look on, and aurora restore is refused', async () => {
    const data = aDataFolder();
    await anEngine(data);
    expect(await aurora('verify', '--data', data)).toEqual({
      code: 0,
      said: 'ok  live: 30 results up to #30: all are what was written\n',
    });
    expect(await aurora('backup', '--data', data)).toMatchObject({ code: 0, said: expect.stringContaining('#30') });
    const [backup = ''] = backupsIn(data);
    const { code, said } = await aurora('restore', join(data, 'live', 'backups', backup), '--data', data);
    expect(code).toBe(2);
    expect(said).toMatch(/in use by Aurora \(headless\) \(process \d+.*: end that one/);
  });
});

describe('the upkeep of a running engine', () => {
  const statusOf = (program: Program): Promise<Status> => program.get<Status>('/api/status');

  it('sets bad rows aside, says so, takes a backup, and the engine goes on', async () => {
    const data = aDataFolder();
    change(storeOf(data), `UPDATE results SET body = replace(body, 'because', 'becauze') WHERE offset = 6`);
    const program = await anEngine(data);
    const shown = async () => (await program.get<{ items: { offset: number }[] }>('/api/results')).items;
    expect(await shown()).toHaveLength(TRADING);
    const status = await until('an alarm', async () => {
      const now = await statusOf(program).catch(() => null);
      return now && now.alarms.length > 0 && now.not_saved === null && now;
    });
    expect(status.alarms).toEqual([expect.stringContaining('The stored result #6 is not what was written')]);
    expect((await shown()).map(({ offset }) => offset)).not.toContain(6);
    expect(status.last_backup).toEqual(expect.any(String));
    expect(await aurora('verify', '--data', data)).toMatchObject({
      code: 1,
      said: expect.stringContaining('#6 of ETH/BTC: its content does not add up with its hash (set aside'),
    });
    expect(backupsIn(data)).toHaveLength(1);
    expect(await program.stop()).toBe(0);
  });

  it('lets go what is older than --keep-days, and what is left can be verified', async () => {
    const data = aDataFolder();
    const program = await anEngine(data, '--keep-days', '1');
    const left = await until('old results to go', async () => {
      const { items } = await program.get<{ items: unknown[] }>('/api/results');
      return items.length < TRADING && items.length;
    });
    expect(await program.get('/api/signals')).toMatchObject({ items: { length: left } });
    expect(await program.stop()).toBe(0);
    expect(await aurora('verify', '--data', data)).toMatchObject({ code: 0 });
  });

  it('streams what is stored over HTTP, as the command writes it', async () => {
    const data = aDataFolder();
    const program = await anEngine(data);
    const headers = { authorization: `Bearer ${program.tokens.viewer}` };
    const answer = await fetch(`${program.url}/api/export?format=jsonl&symbol=GOOG`, { headers });
    const { said } = await aurora('export', '--data', data, '--format', 'jsonl', '--symbol', 'GOOG');
    const lines = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('{'));
    expect(lines(await answer.text())).toEqual(lines(said));
    expect(lines(said).length).toBeGreaterThan(0);
  });
});

describe('aurora verify', () => {
  it('names what is wrong, one line each, and ends with 1', async () => {
    const data = aDataFolder();
    change(
      storeOf(data),
      `UPDATE results SET body = replace(body, 'because', 'becauze') WHERE offset = 6; DELETE FROM results WHERE offset IN (8, 9)`,
    );
    const { code, said } = await aurora('verify', '--data', data);
    expect(code).toBe(1);
    expect(said).toMatch(/^BAD live: 28 results up to #30: /);
    expect(said).toContain('#6 of ETH/BTC: its content does not add up with its hash');
    expect(said).toContain('#8 to #9 are missing');
  });

  it('says that results are gone which were acknowledged', async () => {
    const data = aDataFolder();
    change(storeOf(data), 'DELETE FROM results WHERE offset > 25');
    const { code, said } = await aurora('verify', '--data', data);
    expect(code).toBe(1);
    expect(said).toContain('5 results that had been stored are lost');
  });

  it('ends with 1 where the file cannot be read, and with 2 where there is none', async () => {
    const data = aDataFolder();
    writeFileSync(storeOf(data), 'no database');
    expect(await aurora('verify', '--data', data)).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^BAD live: /),
    });
    expect(await aurora('verify', '--data', aFolder())).toMatchObject({
      code: 2,
      said: expect.stringContaining('--data'),
    });
  });
});

it('aurora restore puts the backup in place, keeps the old store and says what is missing', async () => {
  const data = aDataFolder();
  const backup = join(aFolder(), 'backup.db');
  copyFileSync(storeOf(data), backup);
  change(backup, 'DELETE FROM results WHERE offset > 20');
  const { code, said } = await aurora('restore', backup, '--data', data);
  expect(code, said).toBe(0);
  expect(said).toContain('20 results up to #20');
  expect(said).toContain('10 results of the store of before are not in it');
  expect(await aurora('verify', '--data', data)).toMatchObject({ code: 0 });
  const aside = readdirSync(join(data, 'live')).find((name) => name.startsWith('aurora-replaced-')) ?? '';
  expect(await aurora('restore', join(data, 'live', aside), '--data', data)).toMatchObject({ code: 0 });
  const program = await anEngine(data);
  expect(await program.get('/api/status')).toMatchObject({ alarms: [] });
  expect((await program.get<{ items: unknown[] }>('/api/results')).items).toHaveLength(TRADING);
});

describe('aurora export', () => {
  it('writes CSV to a new file alone, and JSON lines to the terminal', async () => {
    const data = aDataFolder();
    const out = join(aFolder(), 'results.csv');
    expect(await aurora('export', '--data', data, '--out', out)).toEqual({ code: 0, said: 'Exported 30 results.\n' });
    expect(parse(readFileSync(out), { columns: true })).toHaveLength(STORED);
    expect(await aurora('export', '--data', data, '--out', out)).toMatchObject({ code: 2 });
    const { code, said } = await aurora('export', '--data', data, '--format', 'jsonl', '--symbol', 'GOOG');
    expect(code).toBe(0);
    const lines = said.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.every((line) => JSON.parse(line).symbol === 'GOOG')).toBe(true);
  });

  it('reads what it can of a store that was set aside, and says what it could not', async () => {
    const data = aDataFolder();
    const bytes = readFileSync(storeOf(data));
    const aside = join(data, 'live', 'aurora-damaged-1.db');
    writeFileSync(aside, bytes.fill(0xff, bytes.length - 8 * 4096, bytes.length - 6 * 4096));
    change(storeOf(data), 'DELETE FROM results');
    const out = join(aFolder(), 'left.jsonl');
    const { code, said } = await aurora('export', '--from', aside, '--format', 'jsonl', '--out', out);
    const left = readFileSync(out, 'utf8').trimEnd().split('\n').length;
    expect(said).toContain(`Exported ${left} results.`);
    expect(left).toBeLessThan(STORED);
    expect(said).toMatch(/#\d+ (is|to #\d+ are) unreadable/);
    expect(code).toBe(1);
  });

  it('leaves nothing behind where it cannot write', async () => {
    const data = aDataFolder();
    const out = join(data, 'nowhere', 'results.csv');
    expect(await aurora('export', '--data', data, '--out', out)).toMatchObject({
      code: 2,
      said: expect.stringContaining('cannot be written'),
    });
    expect(existsSync(out)).toBe(false);
  });
});
