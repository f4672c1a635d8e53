import type { MarketReading, Signal } from '../contract/result.ts';
import { FALLBACK_MULTIPLIER } from './fallback.ts';
import { validateAgainstHiddenHand, validateSignal } from './hidden-hand.ts';
import { product } from './product.ts';

/** What a sender says of a figure that it may have lowered itself. */
export interface OwnFigures {
  signal: Signal;
  confidence: number;
  original_confidence?: number | null | undefined;
  fallback_used?: boolean | null | undefined;
  degraded_inference?: boolean | null | undefined;
  phase_signal_conflict?: boolean | null | undefined;
}

/** The readings that a sender can have lowered its figure by. */
export interface OwnReadings {
  /** The one that it sent. */
  sent: MarketReading | null;
  /** The one that stands for the sender: its own or, where that names no phase, the analysis's (R3b). */
  standing: MarketReading | null;
  engine: MarketReading | null;
}

const TOLERANCE = 0.005;
const ROUNDING = 1e-9;

function fallbackMultipliers(said: OwnFigures): number[] {
  if (said.degraded_inference) return [FALLBACK_MULTIPLIER];
  // A fallback that is only reported may or may not have been counted: the original is the same.
  return said.fallback_used ? [1, FALLBACK_MULTIPLIER] : [1];
}

function phaseMultipliers(said: OwnFigures, { sent, standing, engine }: OwnReadings): number[] {
  if (!said.phase_signal_conflict) return [1];
  return [
    validateAgainstHiddenHand(said.signal, sent?.wyckoff_phase ?? 'unknown', sent?.volume_trend ?? 'unknown')
      .multiplier,
    // A record that the engine itself damped comes back with the engine's multiplier.
    validateSignal(said.signal, standing, engine).multiplier,
  ];
}

/** Why a sender's own adjustment cannot be trusted, or null where it adds up (R3a). */
export function inconsistency(said: OwnFigures, readings: OwnReadings): string | null {
  const { confidence, original_confidence: original } = said;
  if (original == null) {
    if (!said.degraded_inference && !said.phase_signal_conflict) return null;
    return 'original_confidence: missing, while degraded_inference or phase_signal_conflict says that confidence was lowered: send original_confidence too, or send the raw confidence without these flags';
  }
  if (product(confidence) > product(original))
    return `confidence: ${confidence} exceeds original_confidence ${original}`;
  const expected = fallbackMultipliers(said).flatMap((fallback) =>
    phaseMultipliers(said, readings).map((phase) => product(original, fallback, phase)),
  );
  if (expected.some((figure) => Math.abs(figure - confidence) <= TOLERANCE + ROUNDING)) return null;
  const named = [...new Set(expected)].join(' or ');
  return `confidence: ${confidence} is not original_confidence ${original} times the multipliers that its flags name (${named}): send the raw confidence alone and the engine adjusts it`;
}
