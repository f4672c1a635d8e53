import type { Adjustment } from '../contract/result.ts';
import { product } from './product.ts';

/** What an answer from a fallback model is worth beside the primary's (R1). */
export const FALLBACK_MULTIPLIER = 0.8;

export const FALLBACK_ADJUSTMENT: Readonly<Adjustment> = {
  kind: 'fallback_model_used',
  multiplier: FALLBACK_MULTIPLIER,
  reason: 'a fallback model answered',
};

/** Confidence after a fallback model answered: multiplied, never subtracted from (R1, FM-TAW-006). */
export const applyFallbackPenalty = (confidence: number): number => product(confidence, FALLBACK_MULTIPLIER);
