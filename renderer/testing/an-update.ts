import type { SidebarUpdate } from '../../core/contract/sidebar.ts';

/** A sidebar update for tests, with what matters to the test given. */
export function anUpdate(given: Partial<SidebarUpdate> = {}): SidebarUpdate {
  return {
    type: 'sidebar_update',
    symbol: 'ADA/BTC',
    signal: 'BUY',
    confidence: 0.8,
    timestamp: '2026-01-05T12:00:02.000Z',
    timeframe: '5m',
    risk_score: 0.5,
    original_confidence: 0.8,
    adjustments: [],
    degraded: false,
    warning: null,
    wyckoff_phase: 'markup',
    volume_trend: 'flat',
    analyzed_at: '2026-01-05T12:00:00.000Z',
    stage: 'signal',
    origin: 'live',
    offset: 1,
    task_id: 't1',
    model: 'primary',
    completed_by: 'analyst-1',
    ...given,
  };
}
