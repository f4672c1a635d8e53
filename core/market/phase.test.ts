import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from './bar.ts';
import { phaseTrail, readPhase } from './phase.ts';
import { barsAlong, type Leg, MONDAY } from './testing/bars.ts';

const FALL: Leg = { count: 80, drift: -0.01 };
const RISE: Leg = { count: 80, drift: 0.01 };
const flat = (count: number): Leg => ({ count, drift: 0 });
/** The bars with one of them changed; a place below 0 counts from the end. */
const changed = (bars: readonly Bar[], place: number, change: (bar: Bar) => Partial<Bar>): Bar[] => {
  const bar = bars.at(place);
  return bar ? bars.with(place, { ...bar, ...change(bar) }) : [...bars];
};
/** Bars whose flat part narrows bar by bar, so that nothing but a test's own bar pierces what came before. */
const calm = (legs: readonly Leg[], from: number): Bar[] => {
  const bars = barsAlong(legs);
  const middle = bars[from - 1]?.close ?? 0;
  return bars.map((bar, place) => {
    if (place < from) return bar;
    const close = middle * (place % 2 === 0 ? 1.002 : 0.998);
    const half = 0.004 - place / 3e5;
    return { ...bar, open: middle, high: middle * (1 + half), low: middle * (1 - half), close };
  });
};
const phases = (bars: readonly Bar[]) => [...new Set(phaseTrail(bars).map(({ phase }) => phase))];

describe('the phase', () => {
  it('is markup in a straight rise and markdown in a straight fall, by geometry alone', () => {
    expect(readPhase(barsAlong([RISE]))).toMatchObject({ phase: 'markup', tier: 2, range: null });
    expect(readPhase(barsAlong([FALL]))).toMatchObject({ phase: 'markdown', tier: 2, range: null });
  });

  it('is accumulation in a range after a fall, distribution after a rise', () => {
    expect(readPhase(calm([FALL, flat(50)], 80))).toMatchObject({ phase: 'accumulation', tier: 2 });
    expect(readPhase(calm([RISE, flat(50)], 80))).toMatchObject({ phase: 'distribution', tier: 2 });
  });

  it('runs through the whole cycle', () => {
    expect(phases(barsAlong([FALL, flat(60), RISE, flat(60), FALL]))).toEqual([
      'unknown',
      'markdown',
      'accumulation',
      'markup',
      'distribution',
    ]);
  });

  it('needs 42 bars and three alike', () => {
    expect(readPhase([])).toEqual({ phase: 'unknown', tier: 0, range: null, events: [], age: 0 });
    const trail = phaseTrail(barsAlong([RISE]));
    expect(trail[42]).toEqual({ phase: 'unknown', tier: 0 });
    expect(trail[43]).toEqual({ phase: 'markup', tier: 2 });
  });

  it('is unknown in a range of which the trend before was not seen', () => {
    expect(phases(calm([flat(200)], 0))).toEqual(['unknown']);
  });

  it('turns from one trend to the other where no range lies between', () => {
    const rise = { count: 80, drift: 0.02 };
    expect(phases(barsAlong([rise, { count: 6, drift: -0.3 }]))).toEqual(['unknown', 'markup', 'markdown']);
  });

  it('counts its bars', () => {
    const bars = calm([FALL, flat(60)], 80);
    const opened = phaseTrail(bars).findIndex(({ phase }) => phase === 'accumulation');
    expect(readPhase(bars.slice(0, opened + 1)).age).toBe(1);
    expect(readPhase(bars).age).toBe(bars.length - opened);
  });

  it('is unknown again after 150 bars of a range without an end', () => {
    const bars = calm([FALL, flat(300)], 80);
    const trail = phaseTrail(bars).map(({ phase }) => phase);
    expect(trail.filter((phase) => phase === 'accumulation')).toHaveLength(150);
    expect(trail.at(-1)).toBe('unknown');
  });

  it('has the lowest low and highest high of 15 bars for a range', () => {
    const bars = calm([FALL, flat(60)], 80);
    const opened = phaseTrail(bars).findIndex(({ phase }) => phase === 'accumulation');
    const last = bars.slice(opened - 14, opened + 1);
    expect(readPhase(bars).range).toEqual({
      support: Math.min(...last.map(({ low }) => low)),
      resistance: Math.max(...last.map(({ high }) => high)),
    });
  });
});

describe('what raises a range to tier 1', () => {
  const ranging = calm([FALL, flat(60)], 80);
  const { range } = readPhase(ranging);
  const support = range?.support ?? 0;
  const resistance = range?.resistance ?? 0;

  it('is a spring: a low below support and a close above it, which moves the support', () => {
    const bars = changed(ranging, -1, () => ({ low: support * 0.997, close: support * 1.001 }));
    const reading = readPhase(bars);
    expect(reading).toMatchObject({ phase: 'accumulation', tier: 1, range: { support: support * 0.997, resistance } });
    expect(reading.events).toEqual([
      { time: new Date(MONDAY + 139 * 300_000).toISOString(), kind: 'spring', value: support * 0.997 },
    ]);
  });

  it('is an upthrust in distribution: a high above resistance and a close below it', () => {
    const above = calm([RISE, flat(60)], 80);
    const edge = readPhase(above).range?.resistance ?? 0;
    const reading = readPhase(changed(above, -1, () => ({ high: edge * 1.003, close: edge * 0.999 })));
    expect(reading).toMatchObject({ phase: 'distribution', tier: 1 });
    expect(reading.range?.resistance).toBe(edge * 1.003);
    expect(reading.events).toMatchObject([{ kind: 'upthrust', value: edge * 1.003 }]);
  });

  it('is not a bar that only touches, closes outside, or pierces the other side', () => {
    for (const change of [
      { low: support, close: support * 1.001 },
      { low: support * 0.997, close: support * 0.999 },
      { high: resistance * 1.003, close: resistance * 0.999 },
    ])
      expect(readPhase(changed(ranging, -1, () => change)).tier).toBe(2);
  });

  it('is void once two closes half a usual range outside, or one two ranges outside, broke the boundary', () => {
    const sprung = changed(ranging, -5, () => ({ low: support * 0.997, close: support * 1.001 }));
    const below = (share: number) => () => ({
      open: support,
      high: support,
      low: share * support,
      close: share * support,
    });
    expect(readPhase(sprung).tier).toBe(1);
    expect(readPhase(changed(sprung, -1, below(0.992))).tier).toBe(1);
    const twice = readPhase(changed(changed(sprung, -2, below(0.992)), -1, below(0.992)));
    expect(twice).toMatchObject({ phase: 'accumulation', tier: 2 });
    expect(twice.events.map(({ kind }) => kind)).toEqual(['spring', 'close_below_range']);
    const { high } = ranging.at(-15) ?? { high: 0 };
    expect(twice.range).toEqual({ support: support * 0.992, resistance: high });
    const farBelow = readPhase(changed(sprung, -1, below(0.97)));
    expect(farBelow).toMatchObject({ tier: 2, range: { support: support * 0.97 } });
    const farAbove = changed(sprung, -1, () => ({ high: resistance * 1.03, close: resistance * 1.03 }));
    expect(readPhase(farAbove).events.at(-1)).toMatchObject({ kind: 'close_above_range', value: resistance * 1.03 });
  });

  it('keeps the newest 16 events', () => {
    const often = Array.from({ length: 18 }, (_, place) => place - 18).reduce(
      (bars, place) =>
        changed(bars, place, () => ({ low: support * (1 - (place + 20) / 1e4), close: support * 1.002 })),
      ranging,
    );
    const { events } = readPhase(often);
    expect(events).toHaveLength(16);
    expect(events.at(-1)?.value).toBe(often.at(-1)?.low);
  });

  it('is not undone by closes outside that are not in a row or on different sides', () => {
    const below = () => ({ open: support, high: support, low: 0.992 * support, close: 0.992 * support });
    const above = () => ({ high: 1.008 * resistance, close: 1.008 * resistance });
    const apart = changed(changed(ranging, -3, below), -1, below);
    expect(readPhase(apart).events).toEqual([]);
    expect(readPhase(changed(changed(ranging, -2, below), -1, above)).events).toEqual([]);
  });
});

it('stays the phase it was where three bars do not agree', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (seed) => {
      const trail = phaseTrail(barsAlong([FALL, flat(30), RISE, flat(30)], { seed, wobble: 0.02 }));
      const known = trail.map(({ phase }) => phase).filter((phase) => phase !== 'unknown');
      const turns = known.flatMap((phase, place) => (place > 0 && phase !== known[place - 1] ? [place] : []));
      for (const [place, turn] of turns.entries())
        expect(turn - (turns[place - 1] ?? 0)).toBeGreaterThanOrEqual(place ? 3 : 0);
    }),
    { numRuns: 50 },
  );
});
