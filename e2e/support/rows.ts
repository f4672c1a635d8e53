import type { SidebarUpdate } from '../../core/contract/sidebar.ts';

let given = 0;

/** Who works at a stage: the model of a validated row is the validator's. */
const BY = {
  analysis: { model: 'primary-model', completed_by: 'analyst-1' },
  signal: { model: 'rules-hidden-hand', completed_by: 'validator-1' },
} as const;

/** A row as the engine sends it, analysed now, with what matters to the test given. */
export function aRow(more: Partial<SidebarUpdate> = {}): SidebarUpdate {
  given += 1;
  const confidence = more.confidence ?? 0.7;
  const stage = more.stage ?? 'signal';
  return {
    type: 'sidebar_update',
    symbol: 'ADA/BTC',
    signal: 'BUY',
    confidence,
    timestamp: new Date().toISOString(),
    timeframe: '5m',
    risk_score: 0.5,
    original_confidence: confidence,
    adjustments: [],
    degraded: false,
    warning: null,
    wyckoff_phase: 'markup',
    volume_trend: 'flat',
    analyzed_at: new Date().toISOString(),
    stage,
    origin: 'live',
    offset: given,
    task_id: `task-${given}`,
    ...BY[stage],
    ...more,
  };
}

const REASON = 'BUY in distribution on declining volume: potential upthrust, confidence halved';

/** A BUY of 90% that a fallback answered and the phase contradicts: shown at 36%. */
export const aContradictedRow = (more: Partial<SidebarUpdate> = {}): SidebarUpdate =>
  aRow({
    confidence: 0.36,
    original_confidence: 0.9,
    adjustments: [
      { kind: 'fallback_model_used', multiplier: 0.8, reason: 'a fallback model answered' },
      { kind: 'hidden_hand', multiplier: 0.5, reason: REASON },
    ],
    degraded: true,
    warning: REASON,
    risk_score: 0.8,
    wyckoff_phase: 'distribution',
    volume_trend: 'declining',
    ...more,
  });

/** Symbols S0001/USD and so on. */
export const manySymbols = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `S${String(at + 1).padStart(4, '0')}/USD`);
