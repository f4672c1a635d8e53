import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import type { Bar } from './bar.ts';
import { ExchangeError } from './exchange.ts';
import { LiveFeed } from './live-feed.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 2, 2, 12);
const SERIES = { symbol: 'BTC/USDT', timeframe: '1m' };

/** An exchange of one symbol with a bar a minute, and what can be wrong with it. */
class FakeExchange {
  readonly name = 'fake';
  readonly asked: number[] = [];
  error: ExchangeError | null = null;
  /** Minutes, counted from noon, that it does not have. */
  readonly missing = new Set<number>();
  /** The last minute it will ever show. */
  until = Number.POSITIVE_INFINITY;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  async bars(_symbol: string, _timeframe: string, since: number, limit: number): Promise<unknown> {
    this.asked.push(since);
    if (this.error) throw this.error;
    const from = Math.ceil((since - NOON) / MINUTE);
    const now = Math.floor((this.#clock.now() - NOON) / MINUTE);
    const rows: number[][] = [];
    for (let minute = from; minute <= Math.min(now, this.until) && rows.length < limit; minute += 1)
      if (!this.missing.has(minute)) rows.push([NOON + minute * MINUTE, 10, 11, 9, 10, 1]);
    return rows;
  }

  decimals(): number {
    return 2;
  }
}

const open: LiveFeed[] = [];
afterEach(() => {
  for (const feed of open.splice(0)) feed.close();
});

function aFeed({ last = null as Bar | null, keeps = (): boolean => true, clock = new FakeClock(NOON) } = {}) {
  const exchange = new FakeExchange(clock);
  const kept: number[] = [];
  let fresh = 0;
  const feed = new LiveFeed({
    exchange,
    wanted: [SERIES],
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    lastOf: () => last,
    keep: async (_, bars) => {
      if (!keeps()) return false;
      kept.push(...bars.map(({ time }) => (time - NOON) / MINUTE));
      return true;
    },
    onBars: (_, isFresh) => {
      if (isFresh) fresh += 1;
    },
  });
  open.push(feed);
  /** Turns the clock in small steps, so that answers arrive in between. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left >= 0; left -= 500) {
      clock.advance(Math.min(500, left));
      for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
    }
  };
  return { feed, exchange, kept, pass, fresh: () => fresh };
}

describe('LiveFeed', () => {
  it('begins with the history, and then has each bar soon after it closes, once', async () => {
    const { feed, kept, pass, fresh } = aFeed();
    expect(feed.state()).toMatchObject({ state: 'connecting' });
    await pass(1_000);
    expect(kept).toHaveLength(500);
    expect(kept.at(-1)).toBe(-1);
    await pass(3 * MINUTE + 2_000);
    expect(kept.slice(-3)).toEqual([0, 1, 2]);
    expect(new Set(kept).size).toBe(kept.length);
    expect(fresh()).toBe(4);
    expect(feed.state()).toEqual({ state: 'live', message: null });
  });

  it('goes on after the newest bar that is stored, over as many pages as it takes', async () => {
    const last = { time: NOON - 1_200 * MINUTE, open: 10, high: 11, low: 9, close: 10, volume: 1 };
    const { exchange, kept, pass } = aFeed({ last });
    await pass(3_000);
    expect(kept).toEqual(Array.from({ length: 1_199 }, (_, place) => place - 1_199));
    expect(exchange.asked.length).toBeLessThan(6);
  });

  it('says that it cannot reach the exchange, tries less and less often, and fills what it missed', async () => {
    const { feed, exchange, kept, pass } = aFeed();
    await pass(2_000);
    exchange.error = new ExchangeError('unreachable', 'connection refused');
    await pass(10 * MINUTE);
    expect(feed.state()).toMatchObject({
      state: 'reconnecting',
      message: expect.stringContaining('connection refused'),
    });
    expect(exchange.asked.length).toBeLessThan(25);
    exchange.error = null;
    await pass(MINUTE + 2_000);
    expect(feed.state().state).toBe('live');
    expect(kept.slice(-11)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('is mute where the exchange answers and sends nothing new', async () => {
    const { feed, exchange, pass } = aFeed();
    await pass(2_000);
    exchange.until = -1;
    await pass(2 * MINUTE);
    expect(feed.state().state).toBe('live');
    await pass(2 * MINUTE);
    expect(feed.state()).toMatchObject({
      state: 'mute',
      message: expect.stringContaining('has sent no bar of BTC/USDT'),
    });
    exchange.until = Number.POSITIVE_INFINITY;
    await pass(MINUTE);
    expect(feed.state().state).toBe('live');
  });

  it('waits for the bars of a gap, and says what is missing where nobody has them', async () => {
    const { feed, exchange, kept, pass } = aFeed();
    await pass(2_000);
    exchange.missing.add(1);
    await pass(3 * MINUTE);
    expect(kept.at(-1)).toBe(0);
    await pass(10_000);
    expect(kept.slice(-2)).toEqual([0, 2]);
    expect(feed.state()).toMatchObject({ state: 'live', message: expect.stringContaining('missing') });
  });

  it('says no more of what stood out a day ago', async () => {
    const clock = new FakeClock(NOON);
    const { feed, exchange, pass } = aFeed({ clock });
    await pass(2_000);
    exchange.missing.add(1);
    await pass(4 * MINUTE);
    expect(feed.state().message).toContain('missing');
    clock.advance(24 * 60 * MINUTE);
    await pass(5 * MINUTE);
    expect(feed.state()).toMatchObject({ state: 'live', message: null });
  });

  it('asks again for what could not be stored, and tells nobody of it before', async () => {
    let keeps = false;
    const { kept, pass, fresh } = aFeed({ keeps: () => keeps });
    await pass(20_000);
    expect([kept.length, fresh()]).toEqual([0, 0]);
    keeps = true;
    await pass(20_000);
    expect(kept.length).toBeGreaterThan(490);
    expect(fresh()).toBe(1);
  });

  it.each(['limited', 'refused'] as const)('asks less often where it is %s, and says what to do', async (is) => {
    const { feed, exchange, pass } = aFeed();
    exchange.error = new ExchangeError(is, 'no');
    await pass(5 * MINUTE);
    expect(feed.state()).toMatchObject({ state: is, message: expect.stringContaining('symbol') });
    expect(exchange.asked.length).toBeLessThan(12);
  });

  it('is silent once it is closed', async () => {
    const { feed, exchange, pass } = aFeed();
    await pass(2_000);
    feed.close();
    const before = exchange.asked.length;
    await pass(10 * MINUTE);
    expect(exchange.asked).toHaveLength(before);
  });
});
