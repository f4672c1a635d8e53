import { z } from 'zod';
import { tradingAnalysisResultSchema } from '../contract/result.ts';
import { marketContextSchema } from '../contract/task.ts';
import { validateAgainstHiddenHand } from '../signals/hidden-hand.ts';
import { TaskFailedError, type Work } from './work.ts';

export const VALIDATOR_CAPABILITIES = {
  sovereign_access: true,
  trading_signal: true,
  hidden_hand_validation: true,
} as const;

/** What the validator answers with: no model, the rule alone. */
export const VALIDATOR_MODEL = 'rules-hidden-hand';

const payloadSchema = z.object({
  analysis: tradingAnalysisResultSchema.pick({
    symbol: true,
    timeframe: true,
    signal: true,
    original_confidence: true,
    risk_score: true,
    analyzed_at: true,
    wyckoff_phase: true,
    volume_trend: true,
  }),
  market_context: marketContextSchema.nullable(),
});

/** Holds an analysis against the phase once more; what it confirms is the engine's to settle (R3b). */
export const validator: Work = async (task) => {
  const payload = payloadSchema.safeParse(task.payload);
  if (!payload.success)
    throw new TaskFailedError(
      'invalid_result',
      `the task's payload cannot be read: ${payload.error.issues[0]?.message}`,
    );
  const { analysis, market_context } = payload.data;
  const reading = market_context ?? analysis;
  const verdict = validateAgainstHiddenHand(analysis.signal, reading.wyckoff_phase, reading.volume_trend);
  return {
    symbol: analysis.symbol,
    timeframe: analysis.timeframe,
    signal: analysis.signal,
    confidence: analysis.original_confidence,
    risk_score: analysis.risk_score,
    reasoning: `Checked against the phase: ${verdict.reason}.`,
    analyzed_at: analysis.analyzed_at,
    model: VALIDATOR_MODEL,
    fallback_used: false,
    wyckoff_phase: reading.wyckoff_phase,
    volume_trend: reading.volume_trend,
  };
};
