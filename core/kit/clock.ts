import type { Disposer } from './disposers.ts';

/** Where time comes from. Rooms take it as a parameter, so that tests turn it by hand. */
export interface Clock {
  /** Engine time, epoch ms; never goes back (R5). */
  now(): number;
  /** Milliseconds since an arbitrary start; for silence and timeouts. */
  monotonic(): number;
  /** Runs once after `ms` unless disposed; never keeps the process alive. */
  after(ms: number, run: () => void): Disposer;
  /** Runs every `ms` until disposed; never keeps the process alive. */
  every(ms: number, run: () => void): Disposer;
}

/** The two hands that a machine's clock has: wall (epoch ms, may step) and monotonic (ms). */
export interface Hands {
  wall(): number;
  monotonic(): number;
}

const machineHands: Hands = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * Engine time (R5): follows the wall clock forward and, while the wall is behind, runs on with the
 * monotonic clock. It starts at max(wall, startAt); give the last stored time as `startAt`.
 */
export function engineTime(hands: Hands, startAt = 0): () => number {
  let last = Math.max(hands.wall(), startAt);
  let lastMonotonic = hands.monotonic();
  return () => {
    const monotonic = hands.monotonic();
    last = Math.max(hands.wall(), last + (monotonic - lastMonotonic));
    lastMonotonic = monotonic;
    return Math.floor(last);
  };
}

export function systemClock(startAt = 0, hands: Hands = machineHands): Clock {
  const now = engineTime(hands, startAt);
  return {
    now,
    monotonic: hands.monotonic,
    after(ms, run) {
      const timer = setTimeout(run, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
    every(ms, run) {
      const timer = setInterval(run, ms);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
