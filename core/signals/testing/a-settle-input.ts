import type { MarketReading, SettledResult } from '../../contract/result.ts';
import { type AnalysisBasis, analysisBasisSchema } from '../analysis-basis.ts';
import { type SettleInput, settle } from '../settle.ts';

export const NOON = Date.UTC(2026, 0, 5, 12, 0, 0);
export const SECOND = 1_000;

/** What an honest agent sends: a raw figure and nothing adjusted. */
export const aResult = (said: Record<string, unknown> = {}): Record<string, unknown> => ({
  symbol: 'ETHBTC',
  timeframe: '5m',
  signal: 'BUY',
  confidence: 0.9,
  risk_score: 0.3,
  reasoning: 'higher lows on the range',
  analyzed_at: '2026-01-05T11:59:58.000Z',
  model: 'primary-1',
  ...said,
});

export const aReading = (
  wyckoff_phase: MarketReading['wyckoff_phase'],
  volume_trend: MarketReading['volume_trend'] = 'flat',
  tier: MarketReading['tier'] = 1,
): MarketReading => ({ wyckoff_phase, volume_trend, tier });

/** The stored analysis that a signal-stage task validates, read as the engine reads it. */
export const anAnalysis = (stored: Record<string, unknown> = {}): AnalysisBasis =>
  analysisBasisSchema.parse({ ...aResult(), task_id: 'analysis-1', ...stored });

type Given = Partial<Omit<SettleInput, 'task' | 'result'>> & {
  task?: Partial<SettleInput['task']>;
  /** Laid over an honest result; `whole` takes its place. */
  said?: Record<string, unknown>;
  whole?: unknown;
};

export function aSettleInput({ task, said, whole, ...given }: Given = {}): SettleInput {
  return {
    result: whole === undefined ? aResult(said) : whole,
    engineReading: null,
    origin: 'live',
    agent_id: 'analyst-1',
    clockOffsetMs: 0,
    attempt: 1,
    receivedAt: NOON,
    completedAt: NOON,
    marketTime: NOON,
    ...given,
    task: {
      task_id: 'task-1',
      symbol: 'ETHBTC',
      timeframe: '5m',
      stage: 'analysis',
      analysis: null,
      context_tier: 'full',
      lastBarClose: null,
      ...task,
    },
  };
}

/** The same for a task that validates `analysis`. */
export const aSignalInput = (analysis: Record<string, unknown> | AnalysisBasis, given: Given = {}): SettleInput =>
  aSettleInput({
    agent_id: 'validator-1',
    ...given,
    task: {
      stage: 'signal',
      analysis: 'engine_reading' in analysis ? (analysis as AnalysisBasis) : anAnalysis(analysis),
      ...given.task,
    },
  });

/** The record, where the result must be accepted. */
export function settled(input: SettleInput): SettledResult {
  const settlement = settle(input);
  if (!settlement.ok) throw new Error(`refused: ${settlement.message}`);
  return settlement.result;
}

/** The message, where the result must be refused. */
export function refused(input: SettleInput): string {
  const settlement = settle(input);
  if (settlement.ok) throw new Error(`accepted: ${JSON.stringify(settlement.result)}`);
  return settlement.message;
}

/** All of a record that a trader acts on. */
export const figures = (record: SettledResult) => ({
  symbol: record.symbol,
  timeframe: record.timeframe,
  signal: record.signal,
  confidence: record.confidence,
  original_confidence: record.original_confidence,
  risk_score: record.risk_score,
  adjustments: record.adjustments,
  fallback_used: record.fallback_used,
  degraded_inference: record.degraded_inference,
  degradation_reason: record.degradation_reason,
  phase_signal_conflict: record.phase_signal_conflict,
  hidden_hand_warning: record.hidden_hand_warning,
  wyckoff_phase: record.wyckoff_phase,
  volume_trend: record.volume_trend,
  analyzed_at: record.analyzed_at,
});

/** A record as an agent would send it back: over the wire. */
export const sentBack = (record: SettledResult): Record<string, unknown> => JSON.parse(JSON.stringify(record));
