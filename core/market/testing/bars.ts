import type { Bar } from '../bar.ts';
import type { Series } from '../series.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
/** A Monday, midnight UTC. */
export const MONDAY = Date.UTC(2026, 0, 5);

/** Numbers in [0, 1) that a seed alone determines. */
function dice(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const again = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((again ^ (again >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers from a seed. */
export function normal(seed: number): () => number {
  const roll = dice(seed);
  return () => Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
}

/** A market in legs: each is a straight line of log price with bounded wobble around it. */
export interface Leg {
  count: number;
  /** Log price per bar. */
  drift: number;
}

interface Shape {
  seed?: number;
  time?: number;
  stepMs?: number;
  price?: number;
  wobble?: number;
}

/** Bars along legs; the volume wobbles around 1,000. */
export function barsAlong(legs: readonly Leg[], shape: Shape = {}): Bar[] {
  const { seed = 1, time = MONDAY, stepMs = 5 * MINUTE, price = 100, wobble = 0.003 } = shape;
  const next = normal(seed);
  const bars: Bar[] = [];
  let line = Math.log(price);
  let open = price;
  for (const { count, drift } of legs)
    for (let step = 0; step < count; step += 1) {
      line += drift;
      const close = Math.exp(line + wobble * Math.tanh(next()));
      const high = Math.max(open, close) * Math.exp(wobble * Math.abs(Math.tanh(next())));
      const low = Math.min(open, close) * Math.exp(-wobble * Math.abs(Math.tanh(next())));
      bars.push({
        time: time + bars.length * stepMs,
        open,
        high,
        low,
        close,
        volume: 1_000 * Math.exp(0.3 * next()),
      });
      open = close;
    }
  return bars;
}

/** A random walk of log price, four steps a bar. */
export function randomWalk(
  count: number,
  { seed = 1, time = MONDAY, stepMs = 5 * MINUTE, price = 100 }: Shape = {},
): Bar[] {
  const next = normal(seed);
  let close = price;
  return Array.from({ length: count }, (_, place) => {
    const open = close;
    const ticks = Array.from({ length: 4 }, () => {
      close *= Math.exp(0.004 * next());
      return close;
    });
    return {
      time: time + place * stepMs,
      open,
      high: Math.max(open, ...ticks),
      low: Math.min(open, ...ticks),
      close,
      volume: 1_000 * Math.exp(0.6 * next()),
    };
  });
}

/** The same market seen from the other currency: up is down. */
export const mirrored = (bars: readonly Bar[]): Bar[] =>
  bars.map((bar) => ({ ...bar, open: 1 / bar.open, high: 1 / bar.low, low: 1 / bar.high, close: 1 / bar.close }));

/** The same market in other units of price and volume. */
export const rescaled = (bars: readonly Bar[], price: number, volume: number): Bar[] =>
  bars.map((bar) => ({
    time: bar.time,
    open: bar.open * price,
    high: bar.high * price,
    low: bar.low * price,
    close: bar.close * price,
    volume: bar.volume * volume,
  }));

/** A quiet series of so many bars that opens at `time`. */
export const aSeries = (symbol: string, timeframe: string, count: number, time: number, stepMs: number): Series => ({
  symbol,
  timeframe,
  bars: randomWalk(count, { time, stepMs }),
});
