import { describe, expect, it } from 'vitest';
import type { Bar } from './bar.ts';
import { isClimax, type Way } from './climax.ts';
import type { LogBars } from './log-bars.ts';
import { readPhase } from './phase.ts';
import { barsAlong, type Leg } from './testing/bars.ts';

interface Climactic {
  /** How heavy and how wide the last bar is, in robust deviations of the 40 before. */
  heavy?: number;
  wide?: number;
  /** Where it closes: 0 at its low, 1 at its high. */
  at?: number;
  /** Log move of its close. */
  move?: number;
  /** The trend of the 30 steps before it, in its own noise. */
  trend?: number;
  /** Makes what lies before the 40 bars wild. */
  older?: boolean;
}

const SIGMA = 0.1 * 1.4826;
const BEFORE = 45;
const LAST = BEFORE;

const DRIFT = -0.002;
const sway = (place: number) => (place % 2 === 0 ? 1 : -1);

/** Closes, volumes and ranges of a fall of 45 bars and one bar more, in logs. */
function figures({ heavy = 4, wide = 4, move = -0.001, trend = -2, older = false }: Climactic) {
  const noise = (DRIFT * 30) / trend / Math.sqrt(30);
  const wild = (place: number) => (older && place < BEFORE - 40 ? 5 : 0) + 0.1 * sway(place);
  const before = Array.from({ length: BEFORE }, (_, place) => place);
  const closes = before.map((place) => DRIFT * place + noise * Math.max(0, sway(place)));
  return {
    closes: [...closes, (closes.at(-1) ?? 0) + move],
    volumes: [...before.map((place) => 7 + wild(place)), 7 + heavy * SIGMA],
    ranges: [...before.map(wild), wide * SIGMA].map((log) => 0.2 * Math.exp(log)),
  };
}

/** The fall and its last bar; way 1 turns them upside down. */
function climactic(way: Way, given: Climactic): LogBars {
  const { closes, volumes, ranges } = figures(given);
  const offLow = (place: number) => (ranges[place] ?? 0) * (place === LAST ? (given.at ?? 0.5) : 0.5);
  const low = closes.map((close, place) => close - offLow(place));
  const high = low.map((bottom, place) => bottom + (ranges[place] ?? 0));
  const turned = (values: readonly number[]) => Float64Array.from(values, (value) => -way * value);
  return {
    open: turned(closes),
    close: turned(closes),
    low: turned(way === 1 ? high : low),
    high: turned(way === 1 ? low : high),
    volume: Float64Array.from(volumes),
  };
}

describe.each([
  ['selling', -1],
  ['buying', 1],
] as const)('a %s climax', (_, way) => {
  it.each<[string, Climactic, boolean]>([
    ['heavy and wide in a trend, off its extreme', {}, true],
    ['heavy by 2.01 deviations', { heavy: 2.01 }, true],
    ['heavy by 1.99 deviations', { heavy: 1.99 }, false],
    ['wide by 1.51 deviations', { wide: 1.51 }, true],
    ['wide by 1.49 deviations', { wide: 1.49 }, false],
    ['36 % off its extreme', { at: 0.36 }, true],
    ['34 % off its extreme', { at: 0.34 }, false],
    ['at the other end', { at: 1 }, true],
    ['closing against the trend', { move: 0.001 }, false],
    ['closing where the bar before did', { move: 0 }, false],
    ['in a trend of 1.01 times its noise', { trend: -1.01 }, true],
    ['in a trend of 0.99 times its noise', { trend: -0.99 }, false],
    ['heavy by the 40 bars before alone', { heavy: 2.01, wide: 1.51, older: true }, true],
    ['not heavy by the 40 bars before alone', { heavy: 1.99, older: true }, false],
  ])('is a bar %s, or not', (_bar, bar, is) => {
    expect(isClimax(climactic(way, bar), LAST, way)).toBe(is);
  });

  it('is none of a trend of the other way', () => {
    expect(isClimax(climactic(way, {}), LAST, way === 1 ? -1 : 1)).toBe(false);
  });
});

it('is none where the bar has no height', () => {
  const logs = climactic(-1, {});
  const level = logs.close[LAST] ?? 0;
  logs.low[LAST] = level;
  logs.high[LAST] = level;
  expect(isClimax(logs, LAST, -1)).toBe(false);
});

const FALL: Leg = { count: 80, drift: -0.01 };
const changed = (bars: readonly Bar[], place: number, change: (bar: Bar) => Partial<Bar>): Bar[] => {
  const bar = bars.at(place);
  return bar ? bars.with(place, { ...bar, ...change(bar) }) : [...bars];
};
/** The last bar of the fall, heavy and wide, closing halfway up. */
const climax = (bars: readonly Bar[]) =>
  changed(bars, 79, ({ open }) => ({ open, high: open, low: open * 0.9, close: open * 0.95, volume: 20_000 }));
const kinds = (bars: readonly Bar[]) => readPhase(bars).events.map(({ kind }) => kind);

describe('what a climax does to the phase', () => {
  it('is told while the trend goes on', () => {
    const bars = climax(barsAlong([FALL]));
    expect(readPhase(bars)).toMatchObject({ phase: 'markdown', tier: 2, events: [{ kind: 'selling_climax' }] });
    expect(readPhase(bars).events[0]?.value).toBe(bars[79]?.low);
  });

  it('is forgotten 30 bars on in a trend that goes on', () => {
    const on = climax(barsAlong([{ count: 111, drift: -0.01 }]));
    expect(kinds(on.slice(0, 110))).toEqual(['selling_climax']);
    expect(kinds(on)).toEqual([]);
  });

  it('raises the range that follows to tier 1, which reaches from its extreme and widens for 12 bars', () => {
    const bars = climax(barsAlong([FALL, { count: 16, drift: 0.02 }], { wobble: 0.001 }));
    const opened = readPhase(bars.slice(0, 91));
    expect(opened).toMatchObject({ phase: 'accumulation', tier: 1, events: [{ kind: 'selling_climax' }] });
    const resistance = (count: number) => readPhase(bars.slice(0, count)).range?.resistance;
    expect(resistance(91)).toBe(bars[90]?.high);
    expect(resistance(92)).toBe(bars[91]?.high);
    expect(resistance(93)).toBe(bars[91]?.high);
    expect(readPhase(bars.slice(0, 93)).range?.support).toBe(bars[79]?.low);
  });

  it('raises nothing where the range opens more than 30 bars later', () => {
    const late = climax(
      barsAlong([
        { count: 120, drift: -0.01 },
        { count: 45, drift: 0 },
      ]),
    );
    const { events } = readPhase(late);
    expect(events.map(({ kind }) => kind)).not.toContain('selling_climax');
  });
});
