import { trendInNoise } from './geometry.ts';
import { at, type LogBars, trueRange } from './log-bars.ts';
import { robustZ } from './robust-z.ts';

/** 1 is up, −1 is down. */
export type Way = 1 | -1;

const BASELINE = 40;
const TREND = 30;
const HEAVY = 2;
const WIDE = 1.5;
// A buying climax closes in the lower 65 % of its bar, a selling climax in the upper 65 %: each the other's mirror.
const OFF_THE_EXTREME = 0.35;

/** Bars that must lie before one that is judged: 40 true ranges, each of which needs the bar before. */
export const CLIMAX_BARS = BASELINE + 1;

/** How far back from its extreme of this way a bar closed, as a share of its range; half where it has none. */
function pulledBack({ high, low, close }: LogBars, place: number, way: Way): number {
  const range = at(high, place) - at(low, place);
  if (!(range > 0)) return 0.5;
  const extreme = way === 1 ? at(high, place) : at(low, place);
  return (way * (extreme - at(close, place))) / range;
}

/**
 * Whether a bar is a climax of a trend of this way: a heavy, wide bar that goes on with the trend and
 * closes off its extreme. The trend and the baselines end with the bar before.
 */
export function isClimax(logs: LogBars, place: number, way: Way): boolean {
  const { close, volume } = logs;
  if (way * (at(close, place) - at(close, place - 1)) <= 0) return false;
  if (way * trendInNoise(close, place - 1, TREND) <= 1) return false;
  if (pulledBack(logs, place, way) < OFF_THE_EXTREME) return false;
  const before = Array.from({ length: BASELINE }, (_, back) => place - BASELINE + back);
  const heavy = robustZ(
    at(volume, place),
    before.map((one) => at(volume, one)),
  );
  if (heavy < HEAVY) return false;
  const ranges = before.map((one) => Math.log(trueRange(logs, one)));
  return robustZ(Math.log(trueRange(logs, place)), ranges) >= WIDE;
}
