import { z } from 'zod';
import {
  marketReadingSchema,
  phaseSchema,
  SIGNALS,
  symbolSchema,
  timeframeSchema,
  volumeTrendSchema,
} from '../contract/result.ts';

const share = z.number().min(0).max(1);

/**
 * What a signal-stage result inherits (R3b): read from the stored row of its analysis, or from
 * `payload.analysis` of a task that was submitted by hand, never from the validator.
 */
export const analysisBasisSchema = z
  .object({
    task_id: z.string().nullish(),
    symbol: symbolSchema,
    timeframe: timeframeSchema,
    analyzed_at: z.string(),
    signal: z.string().trim().toUpperCase().pipe(z.enum(SIGNALS)),
    confidence: share,
    original_confidence: share.nullish(),
    fallback_used: z.boolean().nullish(),
    degraded_inference: z.boolean().nullish(),
    wyckoff_phase: phaseSchema,
    volume_trend: volumeTrendSchema,
    market_readings: z.object({ engine: marketReadingSchema.nullish() }).nullish(),
  })
  .transform((analysis) => ({
    task_id: analysis.task_id ?? null,
    symbol: analysis.symbol,
    timeframe: analysis.timeframe,
    analyzed_at: analysis.analyzed_at,
    signal: analysis.signal,
    original_confidence: analysis.original_confidence ?? analysis.confidence,
    fallback_used: Boolean(analysis.fallback_used || analysis.degraded_inference),
    wyckoff_phase: analysis.wyckoff_phase,
    volume_trend: analysis.volume_trend,
    engine_reading: analysis.market_readings?.engine ?? null,
  }));
export type AnalysisBasis = z.output<typeof analysisBasisSchema>;
