import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bar, barClose } from './bar.ts';
import { barOpening, divides, resample, sourceOf, timeframesFrom } from './resample.ts';
import { MINUTE, MONDAY, randomWalk } from './testing/bars.ts';

const LONGER = ['15m', '30m', '1h', '4h', '1d', '1w', '1M'] as const;

/** 5-minute bars from any time, some of them missing. */
const anySeries = fc
  .record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    late: fc.integer({ min: 0, max: 3_000 }),
    count: fc.integer({ min: 1, max: 600 }),
    missing: fc.uniqueArray(fc.integer({ min: 0, max: 600 }), { maxLength: 60, size: 'max' }),
  })
  .map(({ seed, late, count, missing }) =>
    randomWalk(count, { seed })
      .map((bar) => ({ ...bar, time: bar.time + late * 5 * MINUTE }))
      .filter((_, place) => !missing.includes(place)),
  );
const anyLonger = fc.constantFrom(...LONGER);

/** The bars of a made one. */
const within = (bars: readonly Bar[], { time }: Bar, timeframe: string): Bar[] =>
  bars.filter((bar) => bar.time >= time && bar.time < barClose({ time }, timeframe));

describe('resampling', () => {
  it('opens with the first, closes with the last, and has all between', () => {
    fc.assert(
      fc.property(anySeries, anyLonger, (bars, timeframe) => {
        for (const made of resample(bars, '5m', timeframe)) {
          const parts = within(bars, made, timeframe);
          expect(made).toMatchObject({
            open: parts[0]?.open,
            close: parts.at(-1)?.close,
            high: Math.max(...parts.map(({ high }) => high)),
            low: Math.min(...parts.map(({ low }) => low)),
          });
          expect(made.volume).toBeCloseTo(
            parts.reduce((sum, { volume }) => sum + volume, 0),
            6,
          );
          expect(barOpening(made.time, timeframe)).toBe(made.time);
        }
      }),
    );
  });

  it('never changes a bar by bars that come later', () => {
    fc.assert(
      fc.property(anySeries, anyLonger, fc.nat(600), (bars, timeframe, cut) => {
        const before = resample(bars.slice(0, cut), '5m', timeframe);
        expect(resample(bars, '5m', timeframe).slice(0, before.length)).toEqual(before);
      }),
    );
  });

  it('is the same by a step between, where no bar is missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(3_000), (seed, late) => {
        // Whole volumes: a sum of fractions depends, in its last bits, on which are added first.
        const bars = randomWalk(600, { seed }).map((bar) => ({
          ...bar,
          time: bar.time + late * 5 * MINUTE,
          volume: Math.round(bar.volume),
        }));
        expect(resample(resample(bars, '5m', '15m'), '15m', '1h')).toEqual(resample(bars, '5m', '1h'));
      }),
    );
  });

  it('is the bars themselves in their own timeframe', () => {
    const bars = randomWalk(10, { seed: 1 });
    expect(resample(bars, '5m', '5m')).toBe(bars);
  });

  it('leaves out a bar that is not over, and a first one whose beginning is missing', () => {
    const bars = randomWalk(11, { seed: 1 }).map((bar, place) => ({ ...bar, time: MONDAY + (place + 1) * 5 * MINUTE }));
    expect(resample(bars, '5m', '15m').map(({ time }) => time - MONDAY)).toEqual([
      15 * MINUTE,
      30 * MINUTE,
      45 * MINUTE,
    ]);
    expect(resample(bars.slice(0, -1), '5m', '15m').map(({ time }) => time - MONDAY)).toEqual([
      15 * MINUTE,
      30 * MINUTE,
    ]);
    expect(resample([], '5m', '15m')).toEqual([]);
  });
});

describe('where a bar opens', () => {
  const at = (text: string) => Date.parse(text);
  it.each([
    ['15m', '2026-01-07T12:44:59Z', '2026-01-07T12:30:00Z'],
    ['4h', '2026-01-07T23:59:00Z', '2026-01-07T20:00:00Z'],
    ['1d', '2026-01-07T23:59:00Z', '2026-01-07T00:00:00Z'],
    ['1w', '2026-01-07T23:59:00Z', '2026-01-05T00:00:00Z'],
    ['1w', '1969-12-30T00:00:00Z', '1969-12-29T00:00:00Z'],
    ['1M', '2026-02-28T23:59:00Z', '2026-02-01T00:00:00Z'],
    ['3M', '2026-02-28T23:59:00Z', '2026-01-01T00:00:00Z'],
  ])('of %s at %s is %s', (timeframe, time, opening) => {
    expect(barOpening(at(time), timeframe)).toBe(at(opening));
  });
});

describe('which timeframes bars make', () => {
  it.each([
    ['5m', '15m', true],
    ['5m', '1M', true],
    ['1d', '1w', true],
    ['2d', '1w', false],
    ['1w', '1M', false],
    ['1w', '14d', false],
    ['1M', '3M', true],
    ['1M', '1d', false],
    ['15m', '5m', false],
    ['7m', '1h', false],
    ['5h', '1d', false],
  ])('%s makes %s: %s', (from, to, whether) => {
    expect(divides(from, to)).toBe(whether);
  });

  it('is decided alike by every opening: that of the longer is one of the shorter', () => {
    const anyTimeframe = fc
      .tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom('m', 'h', 'd', 'w', 'M'))
      .map(([count, unit]) => `${count}${unit}`);
    fc.assert(
      fc.property(anyTimeframe, anyTimeframe, fc.integer({ min: 0, max: 4e12 }), (from, to, time) => {
        fc.pre(divides(from, to));
        const opening = barOpening(time, to);
        expect(barOpening(opening, from)).toBe(opening);
      }),
    );
  });

  it('offers what is held and what can be made of it', () => {
    expect(timeframesFrom(['5m'])).toEqual(['5m', '15m', '30m', '1h', '4h', '1d', '1w', '1M']);
    expect(timeframesFrom(['7m', '1d'])).toEqual(['7m', '1d', '1w', '1M']);
    expect(timeframesFrom([])).toEqual([]);
    expect(sourceOf(['5m', '1h', '1d'], '4h')).toBe('1h');
    expect(sourceOf(['1h'], '15m')).toBeUndefined();
  });
});
