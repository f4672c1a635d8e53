import { barMs } from './bar.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const MONTH = 30.44 * DAY;

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['w', 7 * DAY],
  ['d', DAY],
  ['h', 3_600_000],
  ['m', MINUTE],
];

/** Whole months of a step, each 28 to 31 days; 0 where it is none. */
function months(step: number): number {
  const count = Math.round(step / MONTH);
  return count <= 12 && Math.abs(step - count * MONTH) <= 2.5 * DAY ? count : 0;
}

/** The timeframe of bars that are `step` ms apart; null where there is none so short or crooked. */
function timeframeOf(step: number): string | null {
  const count = months(step);
  if (count > 0) return `${count}M`;
  const unit = UNITS.find(([, ms]) => step % ms === 0);
  const units = unit ? step / unit[1] : 0;
  return unit && units <= 9_999 ? `${units}${unit[0]}` : null;
}

/** The timeframe of most steps between ascending times (epoch ms); null where no step prevails. */
export function usualTimeframe(times: readonly number[]): string | null {
  const counts = new Map<string | null, number>();
  times.slice(1).forEach((time, place) => {
    const timeframe = timeframeOf(time - (times[place] ?? time));
    counts.set(timeframe, (counts.get(timeframe) ?? 0) + 1);
  });
  const [usual, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [null, 0];
  return count * 2 > times.length - 1 ? usual : null;
}

/** Whether two timeframes name the same length, such as 60m and 1h. */
export const sameLength = (one: string, other: string): boolean =>
  one.endsWith('M') === other.endsWith('M') ? barMs(one) === barMs(other) : false;
