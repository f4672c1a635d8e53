import type { Bar } from './bar.ts';

/** Natural logs of bars, by place: in logs a mirrored or rescaled market is the same arithmetic. */
export interface LogBars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export const logBars = (bars: readonly Bar[]): LogBars => ({
  open: Float64Array.from(bars, (bar) => Math.log(bar.open)),
  high: Float64Array.from(bars, (bar) => Math.log(bar.high)),
  low: Float64Array.from(bars, (bar) => Math.log(bar.low)),
  close: Float64Array.from(bars, (bar) => Math.log(bar.close)),
  volume: Float64Array.from(bars, (bar) => Math.log(bar.volume)),
});

/** The value at a place; NaN outside, which no comparison takes. */
export const at = (values: ArrayLike<number>, place: number): number => values[place] ?? Number.NaN;

/** True range of a bar in logs; needs the bar before. */
export function trueRange(logs: LogBars, place: number): number {
  const before = at(logs.close, place - 1);
  const high = at(logs.high, place);
  const low = at(logs.low, place);
  return Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
}

/** Mean true range of the `length` bars before a place. */
export function usualRange(logs: LogBars, place: number, length: number): number {
  let sum = 0;
  for (let before = place - length; before < place; before += 1) sum += trueRange(logs, before);
  return sum / length;
}
