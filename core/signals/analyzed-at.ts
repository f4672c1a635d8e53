import type { Origin } from '../contract/result.ts';
import { parseInstant } from './instant.ts';

const TOLERANCE_MS = 5_000;

export interface AnalyzedAtInput {
  claimed: unknown;
  origin: Origin;
  /** The agent's clock minus the engine's, ms; measured at its handshake and beats. */
  clockOffsetMs: number;
  /** Engine time of receipt, epoch ms. */
  receivedAt: number;
  /** Close of the last bar in the task's payload, epoch ms. */
  lastBarClose: number | null;
  /** The market clock, epoch ms; equals the engine's time where the origin is live. */
  marketTime: number;
}

/** Epoch ms that a result counts as analysed at (R5; R12 where the origin is not live). */
export function correctAnalyzedAt(input: AnalyzedAtInput): number {
  if (input.origin !== 'live') return input.lastBarClose ?? input.marketTime;
  const claimed = parseInstant(input.claimed);
  if (claimed === null) return input.receivedAt;
  const off = Math.abs(input.clockOffsetMs) > TOLERANCE_MS ? input.clockOffsetMs : 0;
  const corrected = claimed - off;
  return corrected > input.receivedAt + TOLERANCE_MS || corrected < 0 ? input.receivedAt : corrected;
}
