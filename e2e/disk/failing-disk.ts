import { join } from 'node:path';
import Database from 'better-sqlite3';
import { addsUp, CHAIN_START } from '../../core/store/chain.ts';
import { type DiskCall, record, type SyncCall, work } from './system-calls.ts';

const BATCHES = 4;
const AT_ONCE = 2;
/** A fault that lasts ends the writer's work at once, so that it shows less. */
const LASTING_STEP = 3;

interface Fault {
  /** The system call that fails, at which of its turns, and whether it goes on failing. */
  call: 'pwrite64' | SyncCall | 'ftruncate';
  error: 'EIO' | 'ENOSPC';
  nth: number;
  lasts: boolean;
}

/** What does not hold of a store whose writer met this fault; null where all does. */
async function met(fault: Fault, file: string): Promise<string | null> {
  const { call, error, nth, lasts } = fault;
  const inject = `inject=${call}:error=${error}:when=${nth}${lasts ? '+' : ''}`;
  const said = await work(file, BATCHES, ['-qq', '-e', `trace=${call}`, '-e', inject, '-o', '/dev/null']);
  const acked = said.flatMap((line) => {
    const [, offset, task_id] = /^acked (\d+) (t\d+)$/.exec(line) ?? [];
    return task_id === undefined ? [] : [{ offset: Number(offset), task_id }];
  });
  if (!lasts && acked.length < BATCHES) return `it did not go on by itself: ${said.join(', ')}`;
  return wrongIn(file, acked, said);
}

function wrongIn(file: string, acked: readonly { offset: number; task_id: string }[], said: readonly string[]) {
  const db = new Database(file);
  try {
    if (db.pragma('integrity_check', { simple: true }) !== 'ok') return 'the file is not sound';
    const hasTable = db.prepare(`SELECT count(*) FROM sqlite_master WHERE name = 'results'`).pluck().get() === 1;
    const rows = hasTable
      ? (db.prepare('SELECT offset, task_id, body, hash FROM results ORDER BY offset').all() as {
          offset: number;
          task_id: string;
          body: string;
          hash: string;
        }[])
      : [];
    for (const { offset, task_id } of acked)
      if (rows.find((row) => row.offset === offset)?.task_id !== task_id)
        return `#${offset} was acked: ${said.join(', ')}`;
    const isWhole = rows.every(({ body }, place) => addsUp(rows[place - 1]?.hash ?? CHAIN_START, body));
    return isWhole ? null : 'the chain breaks';
  } finally {
    db.close();
  }
}

/**
 * Makes every `step`th write and sync of a writer fail, once or for good; says what did not hold, and how many
 * faults there were.
 */
export async function failEach(folder: () => string, step: number): Promise<{ faults: number; wrong: string[] }> {
  const calls = await record(join(folder(), 'aurora.db'), BATCHES);
  const left = [...faultsIn(calls, step)];
  const faults = left.length;
  const wrong: string[] = [];
  const lane = async (): Promise<void> => {
    for (let fault = left.pop(); fault; fault = left.pop()) {
      const found = await met(fault, join(folder(), 'aurora.db'));
      if (found !== null) wrong.push(`${fault.call} ${fault.error} at ${fault.nth}${fault.lasts ? '+' : ''}: ${found}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return { faults, wrong };
}

function* faultsIn(calls: readonly DiskCall[], step: number): Generator<Fault> {
  const count = (op: DiskCall['op']): number => calls.filter((call) => call.op === op).length;
  const syncs = (by: SyncCall): number => calls.filter((one) => 'call' in one && one.call === by).length;
  const turns: [Fault['call'], Fault['error'], number][] = [
    ['pwrite64', 'EIO', count('write')],
    ['pwrite64', 'ENOSPC', count('write')],
    ['fsync', 'EIO', syncs('fsync')],
    // The anchor's own.
    ['fdatasync', 'EIO', syncs('fdatasync')],
    ['ftruncate', 'EIO', count('truncate')],
  ];
  for (const [call, error, last] of turns) {
    for (let nth = 1; nth <= last; nth += step) yield { call, error, nth, lasts: false };
    for (let nth = 1; nth <= last; nth += step * LASTING_STEP) yield { call, error, nth, lasts: true };
  }
}
