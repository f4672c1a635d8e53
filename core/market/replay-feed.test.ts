import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../kit/clock.ts';
import { UsageError } from '../kit/errors.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { barClose } from './bar.ts';
import type { ClosedBar } from './merged-bars.ts';
import { type ReplayOptions, startReplay } from './replay-feed.ts';
import type { Series } from './series.ts';
import { aSeries, DAY, HOUR, MINUTE, MONDAY } from './testing/bars.ts';

const FIVE = 5 * MINUTE;
const ada = aSeries('ADA/BTC', '5m', 40, MONDAY, FIVE);
const eth = aSeries('ETH/BTC', '5m', 40, MONDAY + 2 * FIVE, FIVE);
const adaHours = aSeries('ADA/BTC', '1h', 25, MONDAY - 22 * HOUR, HOUR);

const closeOf = ({ bar, timeframe }: ClosedBar) => barClose(bar, timeframe);
const told = (closed: readonly ClosedBar[]) =>
  closed.map((one) => `${one.symbol} ${one.timeframe} ${(closeOf(one) - MONDAY) / MINUTE}`);

/** A replay of series whose clock is turned by hand, and what it told. */
function replaying(series: readonly Series[], options: Partial<ReplayOptions> = {}) {
  const clock = new FakeClock();
  clock.advance(12_345);
  const history: ClosedBar[] = [];
  const bars: ClosedBar[] = [];
  const ends: number[] = [];
  const replay = startReplay({
    series,
    clock,
    speed: 300,
    onHistory: (closed) => history.push(closed),
    onBar: (closed) => bars.push(closed),
    onEnd: () => ends.push(replay.now()),
    ...options,
  });
  return { clock, replay, history, bars, ends };
}

/** Wraps a clock: time can pass while no timer fires, and each wait is seen. */
function stalling(clock: Clock) {
  let stalled = 0;
  const waits: number[] = [];
  return {
    waits,
    stall: (ms: number) => {
      stalled += ms;
    },
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic() + stalled,
      after: (ms: number, run: () => void) => {
        waits.push(ms);
        return clock.after(ms, run);
      },
      every: (ms: number, run: () => void) => clock.every(ms, run),
    } satisfies Clock,
  };
}

describe('a replay (R12)', () => {
  it('gives the first 20 bars of each series at once as history, and starts at their last close', () => {
    const { replay, history, bars } = replaying([ada]);
    expect(told(history)).toEqual(ada.bars.slice(0, 20).map((_, place) => `ADA/BTC 5m ${(place + 1) * 5}`));
    expect(bars).toEqual([]);
    expect(replay.now()).toBe(MONDAY + 100 * MINUTE);
    expect(replay.ended()).toBe(false);
  });

  it('starts at the latest 20th close, and what had closed by then is history in order of close', () => {
    const { replay, history } = replaying([ada, eth]);
    expect(replay.now()).toBe(MONDAY + 110 * MINUTE);
    expect(told(history).slice(0, 5)).toEqual([
      'ADA/BTC 5m 5',
      'ADA/BTC 5m 10',
      'ADA/BTC 5m 15',
      'ETH/BTC 5m 15',
      'ADA/BTC 5m 20',
    ]);
    expect(history.filter(({ symbol }) => symbol === 'ADA/BTC')).toHaveLength(22);
    expect(history.filter(({ symbol }) => symbol === 'ETH/BTC')).toHaveLength(20);
  });

  it('hands over a bar as it closes on the market clock, never before', () => {
    const { clock, replay, bars } = replaying([ada]);
    clock.advance(999);
    expect(bars).toEqual([]);
    expect(replay.now()).toBe(MONDAY + 100 * MINUTE + 999 * 300);
    clock.advance(1);
    expect(told(bars)).toEqual(['ADA/BTC 5m 105']);
    expect(bars[0]?.bar).toBe(ada.bars[20]);
    clock.advance(3_500);
    expect(told(bars)).toEqual(['ADA/BTC 5m 105', 'ADA/BTC 5m 110', 'ADA/BTC 5m 115', 'ADA/BTC 5m 120']);
  });

  it('orders bars that close together by their series', () => {
    const { clock, bars } = replaying([eth, adaHours, ada]);
    clock.advance(2_000);
    expect(told(bars)).toEqual([
      'ETH/BTC 5m 115',
      'ADA/BTC 5m 115',
      'ETH/BTC 5m 120',
      'ADA/BTC 1h 120',
      'ADA/BTC 5m 120',
    ]);
  });

  it('runs at the speed that it is given', () => {
    const { clock, replay, bars } = replaying([ada], { speed: 60 });
    clock.advance(4_999);
    expect(bars).toEqual([]);
    clock.advance(1);
    expect(bars).toHaveLength(1);
    expect(replay.now()).toBe(MONDAY + 105 * MINUTE);
  });

  it('ends with the last close: once, and the market clock stands', () => {
    const { clock, replay, bars, ends } = replaying([ada, eth]);
    clock.advance(19_999);
    expect(replay.ended()).toBe(false);
    clock.advance(1);
    const last = MONDAY + 210 * MINUTE;
    expect(replay.ended()).toBe(true);
    expect(ends).toEqual([last]);
    clock.advance(DAY);
    expect(ends).toEqual([last]);
    expect(replay.now()).toBe(last);
    expect(bars).toHaveLength(18 + 20);
  });

  it('delivers a backlog in order after a stall, and no bar is overtaken by the market clock', () => {
    const clock = new FakeClock();
    const slow = stalling(clock);
    const seen: string[] = [];
    const replay = startReplay({
      series: [ada, eth],
      clock: slow.clock,
      speed: 300,
      onHistory: () => {},
      onBar: (closed) => {
        expect(replay.now()).toBeGreaterThanOrEqual(closeOf(closed));
        expect(replay.now()).toBeLessThan(closeOf(closed) + FIVE);
        seen.push(...told([closed]));
      },
      onEnd: () => {},
    });
    slow.stall(3_700);
    expect(replay.now()).toBe(MONDAY + 115 * MINUTE - 1);
    clock.advance(1_000);
    expect(seen).toEqual([115, 120, 125, 130].flatMap((at) => [`ADA/BTC 5m ${at}`, `ETH/BTC 5m ${at}`]));
    expect(replay.now()).toBe(MONDAY + 110 * MINUTE + 4_700 * 300);
  });

  it('goes on from a position: what had closed by then is history and is not handed over again', () => {
    const position = MONDAY + 127 * MINUTE;
    const { clock, replay, history, bars } = replaying([ada], { position });
    expect(replay.now()).toBe(position);
    expect(told(history).at(-1)).toBe('ADA/BTC 5m 125');
    clock.advance(600);
    expect(told(bars)).toEqual(['ADA/BTC 5m 130']);
    const exact = replaying([ada], { position: MONDAY + 130 * MINUTE });
    expect(told(exact.history).at(-1)).toBe('ADA/BTC 5m 130');
  });

  it('keeps the first 20 bars for history where the position lies before them', () => {
    const { replay, history } = replaying([ada], { position: MONDAY });
    expect(replay.now()).toBe(MONDAY + 100 * MINUTE);
    expect(history).toHaveLength(20);
  });

  it.each([200 * MINUTE, 9 * DAY])(
    'has ended where the position is at or past the end, and says so once, later (%d)',
    (past) => {
      const { clock, replay, history, bars, ends } = replaying([ada], { position: MONDAY + past });
      expect(replay.ended()).toBe(true);
      expect(history).toHaveLength(40);
      expect(ends).toEqual([]);
      clock.advance(0);
      clock.advance(DAY);
      expect(ends).toEqual([MONDAY + 200 * MINUTE]);
      expect(bars).toEqual([]);
    },
  );

  it('stops when it is closed: no bar, no end, and the market clock stands', () => {
    const { clock, replay, bars, ends } = replaying([ada]);
    clock.advance(1_500);
    replay.close();
    replay.close();
    const stopped = replay.now();
    clock.advance(DAY);
    expect(bars).toHaveLength(1);
    expect(ends).toEqual([]);
    expect(stopped).toBe(MONDAY + 107.5 * MINUTE);
    expect(replay.now()).toBe(stopped);
    const over = replaying([ada], { position: MONDAY + DAY });
    over.replay.close();
    over.clock.advance(DAY);
    expect(over.ends).toEqual([]);
  });

  it('can be closed from within a bar', () => {
    const { clock, replay, bars } = replaying([ada, eth], {
      onBar: (closed) => {
        bars.push(closed);
        replay.close();
      },
    });
    clock.advance(DAY);
    expect(told(bars)).toEqual(['ADA/BTC 5m 115']);
  });

  it('waits for a month at speed 1 in steps that a timer can hold', () => {
    const clock = new FakeClock();
    const slow = stalling(clock);
    const months = Array.from({ length: 22 }, (_, month) => Date.UTC(2024, month, 1));
    const bars = aSeries('BTC/USD', '1M', 22, MONDAY, FIVE).bars.map((bar, place) => ({
      ...bar,
      time: months[place] ?? 0,
    }));
    const seen: ClosedBar[] = [];
    startReplay({
      series: [{ symbol: 'BTC/USD', timeframe: '1M', bars }],
      clock: slow.clock,
      speed: 1,
      onHistory: () => {},
      onBar: (closed) => seen.push(closed),
      onEnd: () => {},
    });
    clock.advance(30 * DAY - 1);
    expect(seen).toEqual([]);
    clock.advance(1);
    expect(seen.map(closeOf)).toEqual([Date.UTC(2025, 9, 1)]);
    expect(Math.max(...slow.waits)).toBeLessThan(2 ** 31);
  });

  it('hands over each bar once, in order, neither early nor late, at any speed and step of time', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.7, max: 50_000, noNaN: true }),
        fc.array(fc.integer({ min: 21, max: 30 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.double({ min: 0.1, max: 40_000, noNaN: true }), { minLength: 1, maxLength: 12 }),
        (speed, counts, steps) => {
          const series = counts.map((count, place) => aSeries(`S${place}`, '5m', count, MONDAY + place * MINUTE, FIVE));
          const { clock, replay, history, bars, ends } = replaying(series, { speed });
          const [start, startedAt] = [replay.now(), clock.monotonic()];
          let market = start;
          for (const step of steps) {
            clock.advance(step);
            const now = replay.now();
            expect(Number.isInteger(now)).toBe(true);
            expect(now).toBeGreaterThanOrEqual(market);
            expect(now).toBeLessThanOrEqual(start + (clock.monotonic() - startedAt) * speed);
            expect(bars.every((closed) => closeOf(closed) <= now)).toBe(true);
            const due = start + (clock.monotonic() - startedAt - 2) * speed;
            const closed = series.flatMap((one) => one.bars.filter((bar) => barClose(bar, '5m') <= due));
            expect(history.length + bars.length).toBeGreaterThanOrEqual(closed.length);
            market = now;
          }
          clock.advance((31 * FIVE) / speed + 60);
          const all = [...history, ...bars];
          expect(all.map(closeOf)).toEqual(all.map(closeOf).toSorted((a, b) => a - b));
          expect(new Set(all.map(({ bar }) => bar)).size).toBe(counts.reduce((sum, count) => sum + count, 0));
          expect(all).toHaveLength(counts.reduce((sum, count) => sum + count, 0));
          expect(ends).toHaveLength(1);
        },
      ),
    );
  });
});

describe('a replay that cannot be', () => {
  const short = aSeries('ADA/BTC', '5m', 20, MONDAY, FIVE);
  it.each([
    [
      'of too few bars',
      [eth, short],
      300,
      'a replay needs at least 21 bars, the first 20 are history: ADA/BTC 5m has 20',
    ],
    ['of nothing', [], 300, 'a replay needs at least one series of bars: name a CSV file'],
    ['of one series twice', [ada, eth, ada], 300, 'two series are both ADA/BTC 5m: leave one of the files out'],
    ['at no speed', [ada], 0, "a replay's speed is market seconds per second, above 0, such as 300: got 0"],
    ['backwards', [ada], -1, /got -1$/],
    ['at endless speed', [ada], Number.POSITIVE_INFINITY, /got Infinity$/],
  ])('is refused: %s', (_, series, speed, says) => {
    const start = () => replaying(series, { speed });
    expect(start).toThrow(UsageError);
    expect(start).toThrow(says);
  });
});
