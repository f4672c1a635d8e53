import type { Origin } from '../contract/result.ts';
import { parseInstant } from './instant.ts';

const TOLERANCE_MS = 5_000;

/** When a result came, on every clock that R5 and R12 know. */
export interface Receipt {
  origin: Origin;
  /** Engine time of receipt, epoch ms. */
  receivedAt: number;
  /** Close of the last bar in the task's payload, epoch ms. */
  lastBarClose: number | null;
  /** The market clock, epoch ms; equals the engine's time where the origin is live. */
  marketTime: number;
}

export interface AnalyzedAtInput extends Receipt {
  claimed: unknown;
  /** The agent's clock minus the engine's, ms; measured at its handshake and beats. */
  clockOffsetMs: number;
}

/** No time, or one that would freeze its symbol, counts as the time of receipt. */
const bounded = (instant: number | null, receipt: number): number =>
  instant === null || instant < 0 || instant > receipt + TOLERANCE_MS ? receipt : instant;

/** Epoch ms that a result counts as analysed at (R5; R12 where the origin is not live). */
export function correctAnalyzedAt(input: AnalyzedAtInput): number {
  if (input.origin !== 'live') return input.lastBarClose ?? input.marketTime;
  const claimed = parseInstant(input.claimed);
  const off = Math.abs(input.clockOffsetMs) > TOLERANCE_MS ? input.clockOffsetMs : 0;
  return bounded(claimed === null ? null : claimed - off, input.receivedAt);
}

/**
 * Epoch ms that a validated signal takes over from its analysis (R3b): already on the engine's clock, but one
 * that was submitted by hand is bounded as an agent's is. After a restart the market clock may stand behind
 * the bars of a task that is older than it.
 */
export const inheritAnalyzedAt = (analyzedAt: string, receipt: Receipt): number =>
  bounded(
    parseInstant(analyzedAt),
    receipt.origin === 'live' ? receipt.receivedAt : Math.max(receipt.marketTime, receipt.lastBarClose ?? 0),
  );
