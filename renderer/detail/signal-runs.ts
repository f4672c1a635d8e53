import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import { parseInstant } from '../../core/signals/instant.ts';

/** Each analysis once, by its last word: the validator's where there is one. Newest first in and out. */
export function lastOfEach(records: readonly TradingAnalysisResult[]): TradingAnalysisResult[] {
  const seen = new Set<string>();
  return records.filter(({ analyzed_at, timeframe }) => {
    const key = `${parseInstant(analyzed_at)} ${timeframe}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A signal where it was first given: those after it said the same. */
export interface Turn {
  /** Epoch ms. */
  time: number;
  signal: TradingAnalysisResult['signal'];
  warned: boolean;
  degraded: boolean;
  confidence: number;
}

/** Where the signals of one timeframe turned, oldest first; a warning that comes or goes is a turn too. */
export function turnsOf(records: readonly TradingAnalysisResult[], timeframe: string): Turn[] {
  const turns: Turn[] = [];
  for (const record of lastOfEach(records).reverse()) {
    const time = parseInstant(record.analyzed_at);
    if (record.timeframe !== timeframe || time === null) continue;
    const warned = record.hidden_hand_warning !== null;
    const last = turns.at(-1);
    if (last?.signal === record.signal && last.warned === warned) continue;
    const { signal, confidence, degraded_inference: degraded } = record;
    turns.push({ time, signal, warned, degraded, confidence });
  }
  return turns;
}
