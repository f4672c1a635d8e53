import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { analysisOf, type Records, recordOf } from './records.ts';

/** An agent's part in a row. */
export interface Byline {
  title: 'The analyst' | 'The validator';
  agent: string;
  model: string | null;
  /** Whether this very model answered in the place of another. */
  fallback: boolean;
  /** Undefined until the record was read. */
  usage: TradingAnalysisResult['usage'] | undefined;
}

/** Who had a part in a row, in the order of their work: the analyst of a validated one where its record is at hand. */
export function bylines(update: SidebarUpdate, records: Records): Byline[] {
  const record = recordOf(records, update);
  const said = { agent: update.completed_by, model: update.model, usage: record?.usage };
  if (update.stage === 'analysis') return [{ ...said, title: 'The analyst', fallback: record?.fallback_used ?? false }];
  const analysis = record && analysisOf(record, records);
  // A validated record inherits the mark, so it is the validator's own only where the analysis has none.
  const fallback = record !== undefined && analysis !== undefined && record.fallback_used && !analysis.fallback_used;
  const validator: Byline = { ...said, title: 'The validator', fallback };
  if (!analysis) return [validator];
  const { completed_by, model, fallback_used, usage } = analysis;
  return [{ title: 'The analyst', agent: completed_by, model, fallback: fallback_used, usage }, validator];
}
