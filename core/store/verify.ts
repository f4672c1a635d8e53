import type Database from 'better-sqlite3';
import type { Anchor } from './anchor.ts';
import { ChainWalk, type Gap, TRUST_SCHEMA } from './chain-walk.ts';
import { isUnreadable } from './failure.ts';
import { schemaOf } from './open.ts';
import { type Before, isContentOf, judge, recordOf, type StoredRow } from './record-check.ts';
import { epochOf, tailOf } from './writer.ts';

/** A result that is not what was written. */
interface BadRow {
  offset: number;
  /** What its column says; null where it is none. */
  symbol: string | null;
  reason: string;
  /** Whether it was set aside before. */
  known: boolean;
}

/** What verification found. */
export interface Verification {
  /** Results that were looked at, without those whose body retention took. */
  rows: number;
  removed: number;
  bad: BadRow[];
  gaps: Gap[];
  tail: Anchor;
}

/**
 * Looks at every stored result from the chain's base to its end (design: trust); writes nothing. Each
 * step takes `pageRows` rows in one short read transaction and yields how many results it has seen.
 */
export function* verifyRows(db: Database.Database, pageRows: number): Generator<number, Verification> {
  const walk = new ChainWalk(db);
  const sql = statements(db);
  const bad: BadRow[] = [];
  let rows = 0;
  let removed = 0;
  const look = (row: StoredRow, before: Before | null): void => {
    if (row.removed === 1) removed += 1;
    else rows += 1;
    const reason = faultOf(sql, row, before);
    if (reason === null) return;
    const symbol = typeof row.symbol === 'string' ? row.symbol : null;
    bad.push({ offset: row.offset, symbol, reason, known: sql.known.get(row.offset) === 1 });
  };
  while (walk.next(pageRows, look)) yield rows + removed;
  return { rows, removed, bad, gaps: walk.gaps, tail: { epoch: epochOf(db), ...tailOf(db) } };
}

/** The whole of it at once. */
export function verify(db: Database.Database, pageRows = 1_000): Verification {
  const steps = verifyRows(db, pageRows);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

type Statements = ReturnType<typeof statements>;

/** Why a row is bad; null where it is not, or where nobody can tell. */
function faultOf(sql: Statements, row: StoredRow, before: Before | null): string | null {
  const verdict = judge(row, before);
  if (verdict.is === 'bad') return verdict.reason;
  if (row.removed === 1) return null;
  return contentFault(sql, row) ?? indexFault(sql, row);
}

function contentFault(sql: Statements, row: StoredRow): string | null {
  const fault = "the model's own text that belongs to it is not the one that was stored";
  try {
    const record = recordOf(row.body);
    return record && isContentOf(record, sql.raw.get(row.offset)) ? null : fault;
  } catch (error) {
    if (isUnreadable(error)) return fault;
    throw error;
  }
}

/** What an index does not lead to is not shown, however well it is stored. */
function indexFault(sql: Statements, row: StoredRow): string | null {
  const fault = 'an index of the store does not lead to it';
  try {
    if (sql.byTask.get(row.task_id) !== row.offset) return fault;
    const { symbol, analyzed_ms, stage_rank, offset } = row;
    if (symbol === null || sql.bySymbol.get(symbol, analyzed_ms, stage_rank, offset) === offset) return null;
    return fault;
  } catch (error) {
    if (isUnreadable(error)) return fault;
    throw error;
  }
}

const statements = (db: Database.Database) => ({
  known: db
    .prepare(schemaOf(db) < TRUST_SCHEMA ? 'SELECT 1 WHERE ? IS NULL' : 'SELECT 1 FROM set_aside WHERE offset = ?')
    .pluck(),
  raw: db.prepare('SELECT content FROM raw_contents WHERE offset = ?').pluck(),
  byTask: db.prepare('SELECT offset FROM results WHERE task_id = ?').pluck(),
  bySymbol: db
    .prepare(`SELECT offset FROM results INDEXED BY results_by_symbol
      WHERE symbol = ? AND analyzed_ms = ? AND stage_rank = ? AND offset = ?`)
    .pluck(),
});
