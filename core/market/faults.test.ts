import { describe, expect, it } from 'vitest';
import type { Bar } from './bar.ts';
import { cleanStarts } from './faults.ts';
import { logBars } from './log-bars.ts';
import { barsAlong, DAY, randomWalk, rescaled } from './testing/bars.ts';

const bars = randomWalk(60);
const starts = (these: readonly Bar[]) => [...new Set(cleanStarts(these, logBars(these)))];
const multiplied = (place: number, factor: number) => [
  ...bars.slice(0, place),
  ...rescaled(bars.slice(place), factor, 1),
];

describe('the place from which bars are one market', () => {
  it('is the first bar where nothing is wrong', () => {
    expect(starts(bars)).toEqual([0]);
    expect(starts([])).toEqual([]);
  });

  it('is the bar after one that is no bar, has no volume or comes too late', () => {
    const with20 = (change: Partial<Bar>) => bars.map((bar, place) => (place === 20 ? { ...bar, ...change } : bar));
    expect(starts(with20({ volume: 0 }))).toEqual([0, 21]);
    expect(starts(with20({ close: 0 }))).toEqual([0, 21]);
    expect(starts(with20({ high: 1 }))).toEqual([0, 21]);
    expect(starts(with20({ time: bars[19]?.time ?? 0 }))).toEqual([0, 21]);
    expect(starts(with20({ time: bars[3]?.time ?? 0 }))).toEqual([0, 21]);
  });

  it('is the bar after a hole', () => {
    expect(starts(bars.map((bar, place) => (place < 30 ? bar : { ...bar, time: bar.time + DAY })))).toEqual([0, 30]);
  });

  it.each([
    ['2 for 1', 1 / 2, [0, 30]],
    ['3 for 2', 2 / 3, [0, 30]],
    ['1 for 10', 10, [0, 30]],
    ['a gap of a quarter down', 0.75, [0]],
    ['a gap of a third up', 1.33, [0]],
  ])('is the bar after a jump as of a split: %s', (_, factor, from) => {
    expect(starts(multiplied(30, factor))).toEqual(from);
  });

  it('is read anew at once where a bar without volume hides a split', () => {
    const both = multiplied(30, 0.5).map((bar, place) => (place === 29 ? { ...bar, volume: 0 } : bar));
    expect(starts(both)).toEqual([0, 30]);
  });
});

describe('a split-sized move within a bar', () => {
  /** Bars of a usual height, of which one closes lower by a factor and the rest goes on from there. */
  const falling = (height: number, factor: number, place = 40) => {
    const still = barsAlong([{ count: 60, drift: 0 }], { wobble: 1e-9 }).map(({ time, volume }, at) => {
      const level = at < place ? 100 : 100 * factor;
      // The older ones are far higher: only 20 bars count.
      const half = Math.exp((at < place - 20 ? 1 : height) / 2);
      return { time, volume, open: level, high: level * half, low: level / half, close: level };
    });
    return still.map((bar, at) => (at === place ? { ...bar, open: 100, high: Math.max(100, bar.high) } : bar));
  };

  it('is a jump where it is more than six usual bars high', () => {
    expect(starts(falling(0.08, 0.6))).toEqual([0, 40]);
    expect(starts(falling(0.09, 0.6))).toEqual([0]);
    expect(starts(falling(0.001, 0.72))).toEqual([0]);
    expect(starts(falling(0.001, 0.71))).toEqual([0, 40]);
  });

  it('is measured by as many bars as there are', () => {
    expect(starts(falling(0.08, 0.6, 5))).toEqual([0, 5]);
    expect(starts(falling(0.09, 0.6, 5))).toEqual([0]);
  });
});
