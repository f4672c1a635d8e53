import { spawn } from 'node:child_process';
import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import type { SidebarUpdate, Snapshot, Status } from '../../core/contract/sidebar.ts';
import { broken, open, storeOf } from '../kill/autopsy.ts';
import { CrewAgent, emptyLedger, submitOn, watch } from '../kill/crew.ts';
import { dice } from '../support/dice.ts';
import { aFolder } from '../support/folders.ts';
import { type Program, startProgram, until } from '../support/program.ts';
import { smallDisk } from '../support/small-disk.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const AGENTS = 3;

/** A crew at work on an engine; it goes on with the next one at the same place. */
function aCrew() {
  const ledger = emptyLedger();
  const random = dice(11);
  const agents = Array.from({ length: AGENTS }, (_, place) => new CrewAgent(`crew-${place}`, ledger, random));
  const over = new AbortController();
  onTestFinished(() => over.abort());
  const viewers: { close(): void }[] = [];
  return {
    ledger,
    begin(program: Program) {
      for (const agent of agents) agent.connect(program);
      viewers.push(watch(program, ledger));
      void submitOn(program, ledger, random, over.signal);
    },
    end() {
      over.abort();
      for (const agent of agents) agent.disconnect();
      for (const viewer of viewers) viewer.close();
    },
    /** Resolves once so many more results were acked. */
    more: (count: number) => {
      const goal = ledger.acked.size + count;
      return until(`${count} more results`, () => ledger.acked.size >= goal, 40_000);
    },
  };
}

const statusOf = (program: Program): Promise<Status> => program.get<Status>('/api/status');

const saying = (program: Program, sentence: RegExp, ms?: number) =>
  until(`the screen to say ${sentence}`, async () => sentence.exec((await statusOf(program)).not_saved ?? ''), ms);

const wellAgain = (program: Program) =>
  until('the screen to be well again', async () => {
    const status = await statusOf(program).catch(() => null);
    return status && status.not_saved === null ? { status } : null;
  });

/** A copy of a store that nobody writes to any more; SQLite does not look into another program's mounts. */
async function copyAtRest(data: string): Promise<string> {
  const times = () => ['', '-wal'].map((part) => statSync(storeOf(data) + part).mtimeMs).join();
  let before = '';
  await until('the store to come to rest', async () => {
    const now = times();
    const same = now === before;
    before = now;
    return same || new Promise<boolean>((resolve) => setTimeout(resolve, 500, false));
  });
  const copy = aFolder();
  cpSync(join(data, 'live'), join(copy, 'live'), { recursive: true });
  rmSync(`${storeOf(copy)}-shm`, { force: true });
  return copy;
}

let program: Program | null = null;
afterEach(() => program?.kill());

it('a full disk: the agents keep their results, the screen says so, and all goes on when there is room', async () => {
  const data = aFolder();
  program = await startProgram(EMPTY, data, smallDisk(data, '16m', 0));
  const crew = aCrew();
  crew.begin(program);
  await crew.more(50);
  const fill = join(program.data, 'fill');
  const handle = openSync(fill, 'w');
  for (let left = true; left; ) {
    try {
      writeSync(handle, Buffer.alloc(4096, 1));
    } catch {
      left = false;
    }
  }
  await saying(program, /the disk is full: make room and it goes on by itself/, 30_000);
  expect(statSync(fill).size).toBeGreaterThan(1_000_000);
  // A small commit may find room that a large one has left.
  let before = -1;
  await until('nothing more to fit', async () => {
    const now = crew.ledger.acked.size;
    const same = now === before;
    before = now;
    return same || new Promise<boolean>((resolve) => setTimeout(resolve, 1_500, false));
  });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await statusOf(program)).toMatchObject({ not_saved: expect.stringContaining('disk is full') });
  expect(crew.ledger.acked.size).toBe(before);
  expect(program.output().match(/result not stored/g)?.length ?? 0).toBeLessThanOrEqual(2);
  closeSync(handle);
  rmSync(fill);
  await wellAgain(program);
  await crew.more(50);
  crew.end();
  const copy = await copyAtRest(program.data);
  expect(broken(copy, open(copy), crew.ledger)).toEqual([]);
});

it('a store that another program holds locked for 30 s: said after five, the engine answers all the while, then it goes on', async () => {
  program = await startProgram(EMPTY);
  const crew = aCrew();
  crew.begin(program);
  await crew.more(20);
  const lock = spawn(process.execPath, [
    '-e',
    `const db = new (require('better-sqlite3'))(${JSON.stringify(storeOf(program.data))}, { timeout: 5000 });
     db.exec('BEGIN EXCLUSIVE'); process.stdout.write('locked'); setTimeout(() => process.exit(), 30000)`,
  ]);
  onTestFinished(() => void lock.kill());
  await new Promise((resolve) => lock.stdout.once('data', resolve));
  const began = performance.now();
  await saying(program, /another program holds the store locked/, 10_000);
  expect(performance.now() - began).toBeGreaterThan(4_000);
  let slowest = 0;
  await until(
    'the lock to go',
    async () => {
      const asked = performance.now();
      await statusOf(program as Program);
      slowest = Math.max(slowest, performance.now() - asked);
      return lock.exitCode !== null;
    },
    40_000,
  );
  expect(slowest).toBeLessThan(4_500);
  await wellAgain(program);
  await crew.more(20);
  crew.end();
  // An engine at work moves the anchor on between a look at the rows and one at the anchor.
  await program.kill();
  expect(broken(program.data, open(program.data), crew.ledger)).toEqual([]);
});

it('a store whose file is deleted under a running engine: it is back with all that was acked, and the screen says so', async () => {
  program = await startProgram(EMPTY);
  const crew = aCrew();
  crew.begin(program);
  await crew.more(50);
  for (const part of ['', '-wal', '-shm']) rmSync(storeOf(program.data) + part, { force: true });
  const { alarms } = await until('the engine to have put it back', async () => {
    const status = await statusOf(program as Program).catch(() => null);
    return status && status.alarms.length > 0 ? status : null;
  });
  expect(alarms).toEqual([expect.stringContaining('was taken away while Aurora ran and was put back')]);
  const next = aCrew();
  next.begin(program);
  await next.more(20);
  next.end();
  crew.end();
  // An engine at work moves the anchor on between a look at the rows and one at the anchor.
  await program.kill();
  expect(broken(program.data, open(program.data), crew.ledger)).toEqual([]);
});

it('a store whose pages are damaged under a running engine: it goes on with a new one, and the screen says where the old one lies', async () => {
  program = await startProgram(EMPTY);
  const crew = aCrew();
  crew.begin(program);
  await crew.more(50);
  crew.end();
  const watching = watch(program, emptyLedger());
  onTestFinished(() => watching.close());
  const file = storeOf(program.data);
  const bringHome = new Database(file);
  bringHome.pragma('wal_checkpoint(TRUNCATE)');
  bringHome.close();
  for (let at = 4096; at < statSync(file).size; at += 512) flip(file, at);
  // Whoever asks may hear that it cannot be read now, and has it put aside by that.
  await until('a new store', async () => {
    const status = await statusOf(program as Program).catch(() => null);
    return status?.alarms.some((alarm) => /was damaged .*lies aside as .*aurora-damaged-/.test(alarm));
  });
  const next = aCrew();
  next.begin(program);
  await next.more(10);
  next.end();
});

async function endedAfter(results: number, how: 'kill' | 'stop') {
  const first = await startProgram(EMPTY);
  const crew = aCrew();
  crew.begin(first);
  await crew.more(results);
  await first[how]();
  crew.end();
  return { data: first.data, ledger: crew.ledger };
}

/** What a viewer that had seen everything is sent after the next start. */
async function resume(data: string, cursor: { store_epoch: string; offset: number }) {
  program = await startProgram(EMPTY, data);
  const { io } = await import('socket.io-client');
  const socket = io(`${program.url}/sidebar`, {
    transports: ['websocket'],
    auth: { token: program.tokens.viewer, protocol: 1, ...cursor },
  });
  onTestFinished(() => void socket.disconnect());
  const snapshot = await new Promise<Snapshot>((resolve) => socket.once('snapshot', resolve));
  return { snapshot, status: await statusOf(program) };
}

it.each([
  ['cut short', (wal: string) => truncateSync(wal, Math.floor(statSync(wal).size / 2))],
  ['missing', (wal: string) => rmSync(wal)],
  ['damaged in its middle', (wal: string) => flip(wal, Math.floor(statSync(wal).size / 2))],
])(
  'a write-ahead log that is %s: the loss is counted on the screen, and every cursor starts anew',
  async (_, damage) => {
    const { data, ledger } = await endedAfter(20, 'kill');
    const highest = Math.max(...ledger.acked.keys());
    const [epoch] = ledger.epochs;
    damage(`${storeOf(data)}-wal`);
    const { snapshot, status } = await resume(data, { store_epoch: epoch ?? '', offset: highest });
    const stored = open(data).rows.length;
    expect(stored).toBeLessThan(highest);
    expect(status.alarms).toEqual([
      expect.stringMatching(/\d+ results that had been stored are lost: the store ends at #\d+/),
    ]);
    expect(snapshot.full).toBe(true);
    expect(snapshot.store_epoch).not.toBe(epoch);
    expect(snapshot.updates.every((update: SidebarUpdate) => update.offset <= stored)).toBe(true);
  },
);

it('a damaged page: the file is put aside under a dated name, a new store begins, and the screen says where it is', async () => {
  const { data } = await endedAfter(40, 'stop');
  const file = storeOf(data);
  for (let at = 4096; at < statSync(file).size; at += 512) flip(file, at);
  const { snapshot, status } = await resume(data, { store_epoch: '', offset: 0 });
  expect(snapshot.updates).toEqual([]);
  expect(status.alarms[0]).toMatch(/was damaged .*lies aside as .*aurora-damaged-\d{4}-\d\d-\d\d.*\.db/);
  expect(readdirSync(join(data, 'live')).some((name) => name.startsWith('aurora-damaged-'))).toBe(true);
  const crew = aCrew();
  crew.begin(program as Program);
  await crew.more(10);
  crew.end();
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
}
