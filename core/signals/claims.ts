import type { AgentResult, SettledResult } from '../contract/result.ts';
import { parseInstant } from './instant.ts';

const CORRECTABLE = [
  'signal',
  'fallback_used',
  'degraded_inference',
  'phase_signal_conflict',
  'hidden_hand_warning',
  'wyckoff_phase',
  'volume_trend',
] as const;
const CLAIM_MAX = 200;

/** A claim is kept to be read by people: text and numbers as they came, anything else by its type. */
function shown(claim: unknown): unknown {
  if (typeof claim === 'string') return claim.slice(0, CLAIM_MAX);
  return typeof claim === 'number' || typeof claim === 'boolean' ? claim : typeof claim;
}

/** What the agent said where the engine corrected it. */
export function corrections(said: AgentResult, settled: Omit<SettledResult, 'claimed'>): SettledResult['claimed'] {
  const claimed: SettledResult['claimed'] = {};
  for (const field of CORRECTABLE) {
    const claim = said[field];
    if (claim != null && claim !== settled[field]) claimed[field] = shown(claim);
  }
  if (said.analyzed_at != null && parseInstant(said.analyzed_at) !== parseInstant(settled.analyzed_at))
    claimed.analyzed_at = shown(said.analyzed_at);
  if (said.adjusted_confidence != null && said.adjusted_confidence !== settled.confidence)
    claimed.adjusted_confidence = shown(said.adjusted_confidence);
  // A validator's own figure does not count (R3b); an analyst's is the original, or led to it.
  if (
    settled.stage === 'signal' &&
    said.confidence !== settled.confidence &&
    said.confidence !== settled.original_confidence
  )
    claimed.confidence = said.confidence;
  return claimed;
}
