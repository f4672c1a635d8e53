import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import { compareOrder } from '../../core/signals/newer.ts';
import { toSidebarUpdate } from '../../core/signals/sidebar-update.ts';
import { AnchorFile, anchorOf } from '../../core/store/anchor.ts';
import { addsUp, CHAIN_START } from '../../core/store/chain.ts';
import type { Ledger } from './crew.ts';

interface StoredRow {
  offset: number;
  task_id: string;
  lease: number;
  body: string;
  hash: string;
}

export interface Stored {
  rows: readonly StoredRow[];
  tasks: Map<string, string>;
  epoch: string;
}

export const storeOf = (data: string): string => join(data, 'live', 'aurora.db');

/** What a killed engine has left on the disk, with what SQLite says about it. */
export function open(data: string): Stored {
  const db = new Database(storeOf(data));
  try {
    const sound = db.pragma('integrity_check', { simple: true });
    const foreign = db.pragma('foreign_key_check') as unknown[];
    if (sound !== 'ok' || foreign.length > 0)
      throw new Error(`The store is not sound: ${sound}, ${foreign.length} rows without parent`);
    const tasks = db.prepare('SELECT task_id, state FROM tasks').all() as { task_id: string; state: string }[];
    return {
      rows: db.prepare('SELECT offset, task_id, lease, body, hash FROM results ORDER BY offset').all() as StoredRow[],
      tasks: new Map(tasks.map(({ task_id, state }) => [task_id, state])),
      epoch: db.prepare(`SELECT value FROM meta WHERE key = 'store_epoch'`).pluck().get() as string,
    };
  } finally {
    db.close();
  }
}

/** The rows that a screen has to show, as a pure function of what is stored. */
export function display({ rows }: Stored) {
  const newest = new Map<string, ReturnType<typeof toSidebarUpdate>>();
  for (const { body } of rows) {
    const update = toSidebarUpdate(JSON.parse(body) as TradingAnalysisResult);
    const shown = newest.get(update.symbol);
    if (!shown || compareOrder(update, shown) > 0) newest.set(update.symbol, update);
  }
  return [...newest.values()].sort((a, b) => a.offset - b.offset);
}

/** What the store does not keep of what the world was told; empty where all holds. */
export function broken(data: string, stored: Stored, ledger: Ledger): string[] {
  const byOffset = new Map(stored.rows.map((row) => [row.offset, row]));
  return [
    ...untrue(byOffset, stored, ledger),
    ...brokenChain(stored),
    ...brokenAnchor(data, byOffset, stored),
    ...(ledger.epochs.size > 1 ? [`the store epoch has changed: ${[...ledger.epochs]}`] : []),
    ...ledger.refused,
  ];
}

function* untrue(byOffset: ReadonlyMap<number, StoredRow>, { rows, tasks }: Stored, ledger: Ledger): Generator<string> {
  for (const [offset, { task_id, lease }] of ledger.acked) {
    const row = byOffset.get(offset);
    if (row?.task_id !== task_id || row.lease !== lease) yield `#${offset} of ${task_id} was acked and is not stored`;
  }
  for (const [offset, shown] of ledger.shown) {
    const row = byOffset.get(offset);
    const kept = row && toSidebarUpdate(JSON.parse(row.body) as TradingAnalysisResult);
    if (JSON.stringify(kept) !== JSON.stringify(shown)) yield `#${offset} was shown and is not stored as it was shown`;
  }
  for (const task_id of ledger.submitted) if (!tasks.has(task_id)) yield `task ${task_id} was taken and is lost`;
  if (new Set(rows.map(({ task_id }) => task_id)).size !== rows.length) yield 'a task has two completions';
}

function* brokenChain({ rows }: Stored): Generator<string> {
  let before = CHAIN_START;
  for (const [place, { offset, body, hash }] of rows.entries()) {
    if (offset !== place + 1) yield `offset ${offset} stands at place ${place + 1}`;
    if (!addsUp(before, body)) yield `the chain breaks at #${offset}`;
    before = hash;
  }
}

function* brokenAnchor(data: string, byOffset: ReadonlyMap<number, StoredRow>, { epoch }: Stored): Generator<string> {
  const anchor = new AnchorFile(anchorOf(storeOf(data)));
  const remembered = anchor.read();
  anchor.close();
  const there = byOffset.get(remembered?.offset ?? 0);
  const agrees = remembered?.epoch === epoch && (remembered.offset === 0 || there?.hash === remembered.hash);
  if (!agrees) yield `the anchor says #${remembered?.offset} of ${remembered?.epoch}, which the store has not`;
}
