import { type Bar, barFault } from './bar.ts';
import { HoleWatch } from './holes.ts';
import { at, type LogBars } from './log-bars.ts';

/** A jump from one bar to the next that is more than a market does by itself: that of a split of 3 for 2. */
export const SPLIT = Math.log(1.4);
const OF_USUAL = 6;
const USUAL_BARS = 20;

/** Mean of the last bars' heights in logs, from `start` on at most. */
function usualHeight(logs: LogBars, place: number, start: number): number {
  let sum = 0;
  const from = Math.max(start, place - USUAL_BARS);
  for (let before = from; before < place; before += 1) sum += at(logs.high, before) - at(logs.low, before);
  return sum / (place - from);
}

/** Whether the price jumps as by a split of 3 for 2 or more: at the opening, or far beyond the usual bar. */
function jumps(logs: LogBars, place: number, start: number): boolean {
  const before = at(logs.close, place - 1);
  const move = Math.abs(at(logs.close, place) - before);
  const opening = Math.abs(at(logs.open, place) - before);
  return opening >= SPLIT || (move >= SPLIT && move > OF_USUAL * usualHeight(logs, place, start));
}

/**
 * For each bar the place from which the bars up to it can be read as one market: after a hole or a
 * split-sized jump that bar itself, after a bar without volume or out of order the next one.
 */
export function cleanStarts(bars: readonly Bar[], logs: LogBars): Int32Array {
  const starts = new Int32Array(bars.length);
  const holes = new HoleWatch();
  let start = 0;
  let last = Number.NEGATIVE_INFINITY;
  bars.forEach((bar, place) => {
    if (barFault(bar) !== null || bar.volume === 0 || bar.time <= last) start = place + 1;
    else {
      last = bar.time;
      if (holes.next(bar.time) || (place > start && jumps(logs, place, start))) start = place;
    }
    starts[place] = start;
  });
  return starts;
}
