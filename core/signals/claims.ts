import type { AgentResult, SettledResult } from '../contract/result.ts';
import { parseInstant } from './instant.ts';
import { product } from './product.ts';

const CORRECTABLE = [
  'signal',
  'original_confidence',
  'fallback_used',
  'degraded_inference',
  'phase_signal_conflict',
  'hidden_hand_warning',
  'wyckoff_phase',
  'volume_trend',
] as const;
const CLAIM_MAX = 200;

/** Text and numbers as they came, anything else by its type: a claim is hashed and read by people. */
function shown(claim: unknown): unknown {
  if (typeof claim === 'string') return claim.slice(0, CLAIM_MAX).toWellFormed();
  // JSON's 1e999 arrives as Infinity, which canonical JSON cannot say.
  if (typeof claim === 'number') return Number.isFinite(claim) ? claim : String(claim);
  return typeof claim === 'boolean' ? claim : typeof claim;
}

const differs = (claim: unknown, fact: unknown): boolean =>
  typeof claim === 'number' && typeof fact === 'number' ? product(claim) !== product(fact) : claim !== fact;

/** What the agent said where the engine corrected it. */
export function corrections(said: AgentResult, settled: Omit<SettledResult, 'claimed'>): SettledResult['claimed'] {
  const claimed: SettledResult['claimed'] = {};
  for (const field of CORRECTABLE) {
    const claim = said[field];
    if (claim != null && differs(claim, settled[field])) claimed[field] = shown(claim);
  }
  if (said.analyzed_at != null && parseInstant(said.analyzed_at) !== parseInstant(settled.analyzed_at))
    claimed.analyzed_at = shown(said.analyzed_at);
  if (said.adjusted_confidence != null && differs(said.adjusted_confidence, settled.confidence))
    claimed.adjusted_confidence = shown(said.adjusted_confidence);
  // Raw confidence is the original, and is no claim that was corrected.
  if (differs(said.confidence, settled.confidence) && differs(said.confidence, settled.original_confidence))
    claimed.confidence = said.confidence;
  return claimed;
}
