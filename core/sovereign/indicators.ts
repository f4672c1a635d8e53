import type { BarRow } from '../contract/task.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const closes = (bars: readonly BarRow[]): number[] => bars.map((bar) => bar[4]);

/** Simple moving average of the last `length` values. */
export const average = (values: readonly number[], length: number): number => mean(values.slice(-length));

/** Mean true range of the last `length` bars, in price units; needs one bar more. */
export function trueRange(bars: readonly BarRow[], length: number): number {
  const last = bars.slice(-length - 1);
  return mean(
    last.slice(1).map(([, , high, low], place) => {
      const before = last[place]?.[4] ?? low;
      return Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
    }),
  );
}

/** The move over the values in units of its own noise: 0 is no trend, beyond 2 is a clear one. */
export function momentum(values: readonly number[]): number {
  const steps = values.slice(1).map((value, place) => Math.log(value / (values[place] ?? value)));
  const centre = mean(steps);
  const noise = Math.sqrt(mean(steps.map((step) => (step - centre) ** 2))) * Math.sqrt(steps.length);
  return noise > 0 ? (centre * steps.length) / noise : 0;
}
