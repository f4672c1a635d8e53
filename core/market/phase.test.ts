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
/** Bars whose flat part has equal highs and lows, so that nothing but a test's own bar pierces them. */
const calm = (legs: readonly Leg[], from: number): Bar[] => {
  const bars = barsAlong(legs);
  const middle = bars[from - 1]?.close ?? 0;
  return bars.map((bar, place) => {
    if (place < from) return bar;
    const close = middle * (place % 2 === 0 ? 1.002 : 0.998);
    return { ...bar, open: middle, high: middle * 1.004, low: middle * 0.996, close };
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
    const far = phases(
      barsAlong([
        { count: 80, drift: 0.02 },
        { count: 60, drift: -0.08 },
      ]),
    );
    expect(far.slice(0, 2)).toEqual(['unknown', 'markup']);
    expect(far.at(-1)).toBe('markdown');
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
    const farBelow = readPhase(changed(sprung, -1, below(0.97)));
    expect(farBelow).toMatchObject({ tier: 2, range: { support: support * 0.97 } });
    const farAbove = changed(sprung, -1, () => ({ high: resistance * 1.03, close: resistance * 1.03 }));
    expect(readPhase(farAbove).events.at(-1)).toMatchObject({ kind: 'close_above_range', value: resistance * 1.03 });
  });

  it('is not undone by closes outside that are not in a row or on different sides', () => {
    const below = () => ({ open: support, high: support, low: 0.992 * support, close: 0.992 * support });
    const above = () => ({ high: 1.008 * resistance, close: 1.008 * resistance });
    const apart = changed(changed(ranging, -3, below), -1, below);
    expect(readPhase(apart).events).toEqual([]);
    expect(readPhase(changed(changed(ranging, -2, below), -1, above)).events).toEqual([]);
  });
});

describe('a climax', () => {
  const falling = barsAlong([FALL]);
  const quiet = calm([FALL, flat(40)], 80);
  /** The last bar of the fall: heavy and wide, closing halfway up. */
  const climax = (bars: readonly Bar[], change: Partial<Bar> = {}) =>
    changed(bars, 79, ({ open }) => ({
      open,
      high: open,
      low: open * 0.9,
      close: open * 0.95,
      volume: 20_000,
      ...change,
    }));
  const kinds = (bars: readonly Bar[]) => readPhase(bars).events.map(({ kind }) => kind);

  it('is told while the trend goes on', () => {
    const bars = climax(falling);
    expect(readPhase(bars)).toMatchObject({ phase: 'markdown', tier: 2, events: [{ kind: 'selling_climax' }] });
    expect(readPhase(bars).events[0]?.value).toBe(bars[79]?.low);
  });

  it('opens a range of tier 1 that reaches from its extreme', () => {
    const bars = climax(quiet);
    expect(readPhase(bars)).toMatchObject({
      phase: 'accumulation',
      tier: 1,
      events: [{ kind: 'selling_climax' }],
      range: { support: bars[79]?.low },
    });
  });

  it.each([
    ['is not heavy', { volume: 1_000 }],
    ['is not wide', { low: (falling[79]?.open ?? 0) * 0.992, close: (falling[79]?.open ?? 0) * 0.996 }],
    ['closes at its low', { close: (falling[79]?.open ?? 0) * 0.901 }],
    [
      'closes higher than the bar before',
      { high: (falling[79]?.open ?? 0) * 1.02, close: (falling[79]?.open ?? 0) * 1.01 },
    ],
  ])('is none where the bar %s', (_, change) => {
    expect(kinds(climax(falling, change))).toEqual([]);
    expect(readPhase(climax(quiet, change)).tier).toBe(2);
  });

  it('is forgotten 30 bars on in a trend that goes on', () => {
    const on = climax(barsAlong([{ count: 111, drift: -0.01 }]));
    expect(kinds(on.slice(0, 110))).toEqual(['selling_climax']);
    expect(kinds(on)).toEqual([]);
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
