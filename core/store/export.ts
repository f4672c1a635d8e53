import type { ExportQuery } from '../contract/export.ts';
import { parseInstant } from '../signals/instant.ts';
import { ChainWalk, type Gap } from './chain-walk.ts';
import { csvLine } from './csv.ts';
import { openStoreFile } from './inspect.ts';
import { type Before, judge, recordOf, type StoredRow } from './record-check.ts';

export interface ExportSummary {
  results: number;
  /** Of these, how many are not what was written, or cannot be told. */
  unverified: number;
  /** Where no row could be read. */
  gaps: Gap[];
}

/** The columns of a record that a spreadsheet gets, in their order; `offset` and what was found of it go before. */
const RECORD_COLUMNS = [
  'task_id',
  'task_type',
  'stage',
  'origin',
  'symbol',
  'timeframe',
  'analyzed_at',
  'signal',
  'confidence',
  'original_confidence',
  'risk_score',
  'reasoning',
  'wyckoff_phase',
  'volume_trend',
  'degraded_inference',
  'degradation_reason',
  'phase_signal_conflict',
  'hidden_hand_warning',
  'adjustments',
  'market_readings',
  'model',
  'fallback_used',
  'context_tier',
  'usage',
  'attempt',
  'claimed',
  'completed_by',
  'analysis_task_id',
  'result',
  'received_at',
  'completed_at',
  'persisted_at',
  'latency_ms',
  'raw_content_hash',
  'store_epoch',
  'hash',
] as const;

/** So few that a step is short beside what else its thread may have to do. */
const PAGE_ROWS = 40;
const UNPROVEN = 'the row before it is missing, so nobody can tell';

/**
 * Reads every result that can be read, also out of a damaged file, and holds each against its hash. Yields
 * pieces of text; nothing is held between two of them but the open file. Throws StoreError where it is no store.
 */
export function* exportResults(file: string, query: ExportQuery): Generator<string, ExportSummary> {
  const db = openStoreFile(file);
  try {
    return yield* linesOf(new ChainWalk(db), query);
  } finally {
    db.close();
  }
}

function* linesOf(walk: ChainWalk, query: ExportQuery): Generator<string, ExportSummary> {
  const lineOf = query.format === 'csv' ? csvLineOf : jsonLineOf;
  const summary: ExportSummary = { results: 0, unverified: 0, gaps: walk.gaps };
  if (query.format === 'csv') yield csvLine(['offset', 'verified', 'problem', ...RECORD_COLUMNS]);
  let lines: string[] = [];
  const look = (row: StoredRow, before: Before | null): void => {
    const record = recordOf(row.body);
    if (row.removed === 1 || !isAskedFor(query, row, record)) return;
    const problem = problemOf(row, before);
    summary.results += 1;
    if (problem !== null) summary.unverified += 1;
    lines.push(lineOf(row, record, problem));
  };
  while (walk.next(PAGE_ROWS, look)) {
    if (lines.length > 0) yield lines.join('');
    lines = [];
  }
  return summary;
}

type Record = ReturnType<typeof recordOf>;

/** What cannot be told of a damaged row is no reason to leave it out. */
function isAskedFor({ symbol, since }: ExportQuery, row: StoredRow, record: Record): boolean {
  if (symbol !== null && row.symbol !== symbol && record?.symbol !== symbol) return false;
  const time = since === null ? null : parseInstant(record?.analyzed_at ?? record?.completed_at);
  return since === null || time === null || time >= since;
}

function problemOf(row: StoredRow, before: Before | null): string | null {
  const verdict = judge(row, before);
  if (verdict.is === 'good') return null;
  return verdict.is === 'bad' ? verdict.reason : UNPROVEN;
}

function csvLineOf(row: StoredRow, record: Record, problem: string | null): string {
  const found = { ...row, ...record };
  const values = RECORD_COLUMNS.map((column) => found[column as keyof typeof found]);
  return csvLine([row.offset, problem === null, problem, ...values]);
}

/** A body as it is stored; one that does not add up is wrapped, so that nobody takes it for sound. */
const jsonLineOf = (row: StoredRow, _record: Record, problem: string | null): string =>
  problem === null
    ? `${row.body}\n`
    : `${JSON.stringify({ verified: false, offset: row.offset, problem, body: row.body })}\n`;
