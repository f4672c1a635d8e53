import type { TradingAnalysisResult } from '../contract/result.ts';
import type { SidebarUpdate } from '../contract/sidebar.ts';

/** What the sidebar is told of a stored record; `timestamp` is `completed_at`. */
export function toSidebarUpdate(record: TradingAnalysisResult): SidebarUpdate {
  return {
    type: 'sidebar_update',
    symbol: record.symbol,
    signal: record.signal,
    confidence: record.confidence,
    timestamp: record.completed_at,
    timeframe: record.timeframe,
    risk_score: record.risk_score,
    original_confidence: record.original_confidence,
    adjustments: record.adjustments,
    degraded: record.degraded_inference,
    warning: record.hidden_hand_warning,
    wyckoff_phase: record.wyckoff_phase,
    volume_trend: record.volume_trend,
    analyzed_at: record.analyzed_at,
    stage: record.stage,
    origin: record.origin,
    offset: record.offset,
    task_id: record.task_id,
    model: record.model,
    completed_by: record.completed_by,
  };
}
