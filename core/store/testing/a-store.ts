import { join } from 'node:path';
import type { Fact } from '../../contract/facts.ts';
import { passBy } from '../../kit/fault-points.ts';
import { systemIds } from '../../kit/ids.ts';
import { Session } from '../session.ts';
import { aFolder, completed, submitted } from './facts.ts';

const NOON = Date.UTC(2026, 0, 5, 12, 0, 0);
const SYMBOLS = ['ADA/BTC', 'ETH/BTC', 'XMR/BTC', 'GOOG'];

export function openSession(file: string, given: Partial<ConstructorParameters<typeof Session>[0]> = {}): Session {
  return new Session({ file, origin: 'live', now: () => NOON, newId: systemIds.id, at: passBy, ...given });
}

/** The facts of the nth result of a store that has all kinds: analyses, signals, a user's own type, with and without raw text. */
export function nthResult(nth: number): Fact[] {
  const task_id = `task-${nth}`;
  const symbol = SYMBOLS[nth % SYMBOLS.length] as string;
  const raw = nth % 3 === 0 ? { raw_content: `the model said ${'so '.repeat((nth % 60) * 7)}` } : {};
  const done = completed(task_id, {
    symbol,
    at: nth,
    lease: nth,
    reasoning: `because ${'of that '.repeat(nth % 40)}`,
    ...raw,
  });
  if (nth % 5 === 4) {
    const opaque = { nth, says: 'a user’s own' };
    return [
      submitted(task_id, { task_type: 'report' }),
      { ...done, task_type: 'report', settled: null, opaque, raw_content: null },
    ];
  }
  if (nth % 5 !== 3 || !done.settled) return [submitted(task_id, { symbol }), done];
  const settled = { ...done.settled, stage: 'signal' as const, analysis_task_id: `task-${nth - 1}` };
  return [
    submitted(task_id, { symbol, task_type: 'trading_signal' }),
    { ...done, task_type: 'trading_signal', settled },
  ];
}

/** A closed store with this many results, of all kinds, the same byte for byte each time; returns its file. */
export function aFilledStore(results: number, file = join(aFolder(), 'aurora.db')): string {
  const session = openSession(file, { newId: () => 'the-first-epoch' });
  session.commit(Array.from({ length: results }, (_, nth) => nthResult(nth)));
  session.close();
  return file;
}
