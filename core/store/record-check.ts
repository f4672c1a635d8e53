import { parseInstant } from '../signals/instant.ts';
import { chainHash, sha256 } from './chain.ts';

/** A row of results as its columns say, before any of it is believed. */
export interface StoredRow {
  offset: number;
  task_id: unknown;
  task_type: unknown;
  symbol: unknown;
  timeframe: unknown;
  analyzed_ms: unknown;
  stage_rank: unknown;
  body: unknown;
  hash: unknown;
  removed: unknown;
}

/** What a row is chained to: the row before it, or the chain's base, which has no body. */
export interface Before {
  hash: unknown;
  body: unknown;
}

export type Verdict =
  | { is: 'good' }
  | { is: 'bad'; reason: string }
  /** The row before it is missing, so nobody can tell. */
  | { is: 'unproven' };

type Record = globalThis.Record<string, unknown>;

const GOOD: Verdict = { is: 'good' };
const bad = (reason: string): Verdict => ({ is: 'bad', reason });

/** What retention leaves of a body: a second copy of the hash that the next row stands on. */
export const tombstone = (hash: string): string => JSON.stringify({ hash });

/** The record in a body; null where there is none. */
export function recordOf(body: unknown): Record | null {
  if (typeof body !== 'string') return null;
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Record) : null;
  } catch {
    return null;
  }
}

/** Whether a row is what was written (design: trust). It is not blamed for damage in the row before it. */
export function judge(row: StoredRow, before: Before | null): Verdict {
  const record = recordOf(row.body);
  if (!record) return bad('its body cannot be read');
  if (record.hash !== row.hash) return bad('its hash is not the one in its body');
  if (row.removed !== 0) return judgeRemoved(row);
  if (record.offset !== row.offset) return bad(`its body is that of #${record.offset}`);
  const column = columnThatDiffers(row, record);
  if (column) return bad(`its ${column} is not the one in its body`);
  if (!before) return { is: 'unproven' };
  return stands(record, before) ? GOOD : bad('its content does not add up with its hash');
}

/** Whether a text that is kept apart is the one that a record names. */
export const isContentOf = (record: Record, raw: unknown): boolean =>
  typeof record.raw_content_hash === 'string'
    ? typeof raw === 'string' && sha256(raw) === record.raw_content_hash
    : raw === undefined;

function judgeRemoved(row: StoredRow): Verdict {
  const left = [row.symbol, row.timeframe, row.analyzed_ms, row.stage_rank].every((column) => column === null);
  return left && row.removed === 1 && row.body === tombstone(String(row.hash))
    ? GOOD
    : bad('its body was not removed by retention, though it says so');
}

function stands({ hash, ...unhashed }: Record, before: Before): boolean {
  const isAfter = (previous: unknown): boolean => {
    try {
      return typeof previous === 'string' && hash === chainHash(previous, unhashed);
    } catch {
      return false;
    }
  };
  return isAfter(before.hash) || isAfter(recordOf(before.body)?.hash);
}

const STAGE_RANK: Record = { analysis: 0, signal: 1 };

/** The first column that reading and ordering go by and that says other than the record; null where all agree. */
function columnThatDiffers(row: StoredRow, record: Record): string | null {
  const stage = typeof record.stage === 'string' ? record.stage : null;
  const expected: Record = stage
    ? {
        task_id: record.task_id,
        task_type: `trading_${stage}`,
        symbol: record.symbol,
        timeframe: record.timeframe,
        analyzed_ms: parseInstant(record.analyzed_at),
        stage_rank: STAGE_RANK[stage],
      }
    : {
        task_id: record.task_id,
        task_type: record.task_type,
        symbol: null,
        timeframe: null,
        analyzed_ms: null,
        stage_rank: null,
      };
  const columns: Record = { ...row };
  return Object.keys(expected).find((column) => columns[column] !== expected[column]) ?? null;
}
