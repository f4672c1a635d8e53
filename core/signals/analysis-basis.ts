import { z } from 'zod';
import {
  marketReadingSchema,
  ORIGINS,
  phaseSchema,
  SIGNALS,
  symbolSchema,
  timeframeSchema,
  volumeTrendSchema,
} from '../contract/result.ts';
import { inconsistency } from './own-adjustment.ts';
import { product } from './product.ts';

const share = z.number().min(0).max(1);

/**
 * What a signal-stage result inherits (R3b): read from the stored row of its analysis, or from
 * `payload.analysis` of a task that was submitted by hand, never from the validator.
 */
export const analysisBasisSchema = z
  .object({
    task_id: z
      .string()
      .max(256)
      .overwrite((text) => text.toWellFormed())
      .nullish(),
    symbol: symbolSchema,
    timeframe: timeframeSchema,
    analyzed_at: z.string(),
    signal: z.string().trim().toUpperCase().pipe(z.enum(SIGNALS)),
    confidence: share,
    original_confidence: share.nullish(),
    fallback_used: z.boolean().nullish(),
    degraded_inference: z.boolean().nullish(),
    phase_signal_conflict: z.boolean().nullish(),
    wyckoff_phase: phaseSchema,
    volume_trend: volumeTrendSchema,
    market_readings: z.object({ engine: marketReadingSchema.nullish() }).nullish(),
    origin: z.enum(ORIGINS).nullish(),
  })
  .transform((analysis, context) => {
    const { wyckoff_phase, volume_trend } = analysis;
    const reading = { wyckoff_phase, volume_trend, tier: null };
    const engine = analysis.market_readings?.engine ?? null;
    // What was lowered once already must not be lowered again, by whosever hand it comes (R3a).
    const wrong = inconsistency(analysis, { sent: reading, standing: reading, engine });
    if (wrong) context.addIssue({ code: 'custom', message: wrong });
    return {
      task_id: analysis.task_id ?? null,
      symbol: analysis.symbol,
      timeframe: analysis.timeframe,
      analyzed_at: analysis.analyzed_at,
      signal: analysis.signal,
      original_confidence: product(analysis.original_confidence ?? analysis.confidence),
      fallback_used: Boolean(analysis.fallback_used || analysis.degraded_inference),
      wyckoff_phase,
      volume_trend,
      engine_reading: engine,
      origin: analysis.origin ?? null,
    };
  });
export type AnalysisBasis = z.output<typeof analysisBasisSchema>;
