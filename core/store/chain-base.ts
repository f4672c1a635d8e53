import type Database from 'better-sqlite3';
import { z } from 'zod';
import { CHAIN_START, sha256 } from './chain.ts';
import { isUnreadable } from './failure.ts';

/** What the first row of a store is chained to: nothing, or the last row that retention cut off. */
export interface ChainBase {
  offset: number;
  hash: string;
}

const KEY = 'chain_base';
const START: ChainBase = { offset: 0, hash: CHAIN_START };
const baseSchema = z.object({ offset: z.number().int(), hash: z.string(), check: z.string() });

/** A damaged base would put the blame on a row that is well, so it has a checksum of its own. */
const checkOf = ({ offset, hash }: ChainBase): string => sha256(`${offset} ${hash}`);

/** Where the chain begins; `hash` is null where what was written down about it cannot be believed. */
export function readChainBase(db: Database.Database): { offset: number; hash: string | null } {
  try {
    const text = db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(KEY) as string | undefined;
    if (text === undefined) return START;
    const base = baseSchema.safeParse(JSON.parse(text));
    if (base.success && base.data.check === checkOf(base.data)) return base.data;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !isUnreadable(error)) throw error;
  }
  return { offset: 0, hash: null };
}

export function writeChainBase(db: Database.Database, base: ChainBase): void {
  db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(KEY, JSON.stringify({ ...base, check: checkOf(base) }));
}
