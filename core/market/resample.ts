import { type Bar, barClose, barMs } from './bar.ts';

const DAY = 86_400_000;
/** The first Monday after the epoch, which was a Thursday. */
const MONDAY = 4 * DAY;

const unitOf = (timeframe: string): string => timeframe.slice(-1);
const originOf = (timeframe: string): number => (unitOf(timeframe) === 'w' ? MONDAY : 0);

/** Epoch ms at which the bar opens that an instant lies in: UTC, weeks from Monday, months of the calendar. */
export function barOpening(time: number, timeframe: string): number {
  if (unitOf(timeframe) === 'M') {
    const at = new Date(time);
    const months = (at.getUTCFullYear() - 1970) * 12 + at.getUTCMonth();
    const count = Number(timeframe.slice(0, -1));
    return Date.UTC(1970, Math.floor(months / count) * count);
  }
  const length = barMs(timeframe);
  const origin = originOf(timeframe);
  return Math.floor((time - origin) / length) * length + origin;
}

/** Whether bars of one timeframe make whole bars of another; each makes itself. */
export function divides(from: string, to: string): boolean {
  if (from === to) return true;
  if (unitOf(to) === 'M' && unitOf(from) !== 'M') return DAY % barMs(from) === 0;
  if (unitOf(from) === 'M' && unitOf(to) !== 'M') return false;
  return barMs(to) % barMs(from) === 0 && (originOf(to) - originOf(from)) % barMs(from) === 0;
}

/** One bar out of bars that follow each other. */
function merged(time: number, parts: readonly Bar[]): Bar {
  const [first, last] = [parts[0] as Bar, parts.at(-1) as Bar];
  let { high, low, volume } = first;
  for (const part of parts.slice(1)) {
    high = Math.max(high, part.high);
    low = Math.min(low, part.low);
    volume += part.volume;
  }
  return { time, open: first.open, high, low, close: last.close, volume };
}

/**
 * Closed bars of a longer timeframe out of closed bars, oldest first, of one that divides it. A bar that is
 * not over yet is left out, and so is a first one whose beginning is missing: neither would stay as it is.
 */
export function resample(bars: readonly Bar[], from: string, to: string): readonly Bar[] {
  if (from === to) return bars;
  const made: Bar[] = [];
  let parts: Bar[] = [];
  let opening = Number.NaN;
  const finish = (): void => {
    if (parts[0] && (made.length > 0 || parts[0].time === opening)) made.push(merged(opening, parts));
    parts = [];
  };
  for (const bar of bars) {
    const its = barOpening(bar.time, to);
    if (its !== opening) finish();
    opening = its;
    parts.push(bar);
  }
  const last = parts.at(-1);
  if (last && barClose(last, from) >= barClose({ time: opening }, to)) finish();
  return made;
}

/** What a trader switches between. */
const USUAL = ['1m', '5m', '15m', '30m', '1h', '4h', '1d', '1w', '1M'] as const;

/** The timeframes that can be shown where bars of some are held: those, and the usual ones that they make; shortest first. */
export function timeframesFrom(held: readonly string[]): string[] {
  const made = USUAL.filter((to) => held.some((from) => divides(from, to)));
  return [...new Set([...held, ...made])].sort((a, b) => barMs(a) - barMs(b));
}

/** The longest timeframe held that makes another, so that the least is merged; undefined where none does. */
export const sourceOf = (held: readonly string[], to: string): string | undefined =>
  held
    .filter((from) => divides(from, to))
    .sort((a, b) => barMs(b) - barMs(a))
    .at(0);
