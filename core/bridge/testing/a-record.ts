import type { TradingAnalysisResult } from '../../contract/result.ts';

const NOON = Date.UTC(2026, 0, 5, 12, 0, 0);

/** A stored record; `at` is seconds after noon. */
export function aRecord(
  offset: number,
  given: Partial<TradingAnalysisResult> & { at?: number } = {},
): TradingAnalysisResult {
  const { at = offset, ...rest } = given;
  const time = new Date(NOON + at * 1_000).toISOString();
  return {
    task_id: `t${offset}`,
    symbol: 'ADA/BTC',
    timeframe: '5m',
    signal: 'BUY',
    confidence: 0.8,
    risk_score: 0.5,
    reasoning: 'because',
    wyckoff_phase: 'unknown',
    volume_trend: 'unknown',
    degraded_inference: false,
    hidden_hand_warning: null,
    analyzed_at: time,
    original_confidence: 0.8,
    adjustments: [],
    degradation_reason: null,
    phase_signal_conflict: false,
    market_readings: { agent: null, engine: null },
    model: null,
    fallback_used: false,
    stage: 'analysis',
    analysis_task_id: null,
    origin: 'live',
    context_tier: null,
    usage: null,
    attempt: 1,
    claimed: {},
    completed_by: 'a',
    received_at: time,
    completed_at: time,
    raw_content_hash: null,
    latency_ms: {},
    persisted_at: time,
    store_epoch: 'epoch-1',
    offset,
    hash: `hash-${offset}`,
    ...rest,
  };
}
