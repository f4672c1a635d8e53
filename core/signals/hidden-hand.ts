import type { MarketReading, Signal, VolumeTrend, WyckoffPhase } from '../contract/result.ts';

export interface Verdict {
  /** A contradiction is never invalid: it may be a spring or an upthrust forming (R2). */
  isValid: true;
  multiplier: number;
  reason: string;
}

const CONFLICT: Partial<Record<WyckoffPhase, Signal>> = { distribution: 'BUY', accumulation: 'SELL' };
const FORMING: Partial<Record<WyckoffPhase, string>> = { distribution: 'upthrust', accumulation: 'spring' };
const DAMPED = 0.8;
const HALVED = 0.5;

const against = (signal: Signal, phase: WyckoffPhase, trend: VolumeTrend): string =>
  `${signal} in ${phase} on ${trend === 'unknown' ? 'volume of unknown trend' : `${trend} volume`}`;

const consistent = (signal: Signal, phase: WyckoffPhase): string =>
  phase === 'unknown' ? `${signal} is consistent: no phase is known` : `${signal} is consistent with ${phase}`;

/** Multiplier for a signal against the phase, and why (R2, FM-TAW-012). */
export function validateAgainstHiddenHand(signal: Signal, phase: WyckoffPhase, volumeTrend: VolumeTrend): Verdict {
  if (CONFLICT[phase] !== signal) return { isValid: true, multiplier: 1, reason: consistent(signal, phase) };
  const what = against(signal, phase, volumeTrend);
  return volumeTrend === 'declining'
    ? { isValid: true, multiplier: HALVED, reason: `${what}: potential ${FORMING[phase]}, confidence halved` }
    : { isValid: true, multiplier: DAMPED, reason: `${what}: proceed with caution` };
}

/** The engine's own verdict: a tier 2 reading is geometry alone and damps, it never halves (R3c). */
function engineVerdict(signal: Signal, { wyckoff_phase, volume_trend, tier }: MarketReading): Verdict {
  const verdict = validateAgainstHiddenHand(signal, wyckoff_phase, volume_trend);
  if (tier === 1 || verdict.multiplier >= DAMPED) return verdict;
  const what = against(signal, wyckoff_phase, volume_trend);
  return {
    ...verdict,
    multiplier: DAMPED,
    reason: `${what}, read from the shape of the range alone: proceed with caution`,
  };
}

export interface Decision extends Verdict {
  /** The reading that decided, else the agent's; null where there is none at all. */
  reading: MarketReading | null;
}

/**
 * Where the agent's reading and the engine's meet (R3c). One that names no phase changes nothing; where both
 * name the same, or the agent names none, the engine's decides; else the smaller multiplier counts.
 */
export function validateSignal(signal: Signal, agent: MarketReading | null, engine: MarketReading | null): Decision {
  const phase = agent?.wyckoff_phase ?? 'unknown';
  const said = validateAgainstHiddenHand(signal, phase, agent?.volume_trend ?? 'unknown');
  if (!engine || engine.wyckoff_phase === 'unknown') return { ...said, reading: agent };
  const read = engineVerdict(signal, engine);
  return phase === 'unknown' || phase === engine.wyckoff_phase || read.multiplier < said.multiplier
    ? { ...read, reading: engine }
    : { ...said, reading: agent };
}
