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

const against = (signal: Signal, phase: WyckoffPhase, volume: VolumeTrend): string =>
  `${signal} in ${phase} on ${volume} volume`;

/** Multiplier for a signal against the phase, and why (R2, FM-TAW-012). */
export function validateAgainstHiddenHand(signal: Signal, phase: WyckoffPhase, volumeTrend: VolumeTrend): Verdict {
  if (CONFLICT[phase] !== signal)
    return { isValid: true, multiplier: 1, reason: `${signal} is consistent with ${phase}` };
  const what = against(signal, phase, volumeTrend);
  return volumeTrend === 'declining'
    ? { isValid: true, multiplier: HALVED, reason: `${what}: potential ${FORMING[phase]}, confidence halved` }
    : { isValid: true, multiplier: DAMPED, reason: `${what}: proceed with caution` };
}

/** The engine's own verdict: a tier 2 reading is geometry alone and damps, it never halves (R3c). */
function engineVerdict(signal: Signal, reading: MarketReading): Verdict {
  const verdict = validateAgainstHiddenHand(signal, reading.wyckoff_phase, reading.volume_trend);
  if (reading.tier === 1 || verdict.multiplier >= DAMPED) return verdict;
  const what = against(signal, reading.wyckoff_phase, reading.volume_trend);
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
 * Where the agent's reading and the engine's meet (R3c): the engine's decides where both name the same
 * phase or the agent gave none, else the smaller multiplier counts.
 */
export function validateSignal(signal: Signal, agent: MarketReading | null, engine: MarketReading | null): Decision {
  const said = agent && validateAgainstHiddenHand(signal, agent.wyckoff_phase, agent.volume_trend);
  const read = engine && engineVerdict(signal, engine);
  if (read && (!said || agent.wyckoff_phase === engine.wyckoff_phase || read.multiplier < said.multiplier))
    return { ...read, reading: engine };
  return { ...(said ?? validateAgainstHiddenHand(signal, 'unknown', 'unknown')), reading: agent };
}
