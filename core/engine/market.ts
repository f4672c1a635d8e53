import type { BarsPage, BarsTaken, GivenBars } from '../contract/bars.ts';
import type { MarketReading, Origin } from '../contract/result.ts';
import type { Prices, Status } from '../contract/sidebar.ts';
import { analysisPayloadSchema, type BarRow } from '../contract/task.ts';
import type { Clock } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import { type Bar, barClose, fromRow, toRow } from '../market/bar.ts';
import { BarBook } from '../market/bar-book.ts';
import { loadBundled, type Series } from '../market/bundled.ts';
import { chartPage } from '../market/chart.ts';
import { marketContext } from '../market/context.ts';
import { readBarsFile } from '../market/csv.ts';
import type { Exchange } from '../market/exchange.ts';
import { LiveBars } from '../market/live-bars.ts';
import { LiveFeed, type Wanted } from '../market/live-feed.ts';
import { type Replay, startReplay } from '../market/replay-feed.ts';
import { resample, sourceOf, timeframesFrom } from '../market/resample.ts';
import { parseInstant, toIso } from '../signals/instant.ts';
import type { FeedOption } from './feed-option.ts';

export const originOf = (feed: FeedOption): Origin => (feed.is === 'none' || feed.is === 'ccxt' ? 'live' : 'replay');

/** Names a set of feeds, so that its replay goes on where it stopped. */
export function feedsName(feed: FeedOption): string {
  if (feed.is === 'csv') return `csv:${feed.files.join(',')}`;
  return feed.is === 'ccxt' ? `ccxt:${feed.exchange}` : feed.is;
}

export async function loadSeries(feed: FeedOption, bundled: string): Promise<Series[]> {
  if (originOf(feed) === 'live') return [];
  return feed.is === 'csv' ? Promise.all(feed.files.map((file) => readBarsFile(file))) : loadBundled(bundled);
}

export interface MarketOptions {
  feed: FeedOption;
  series: readonly Series[];
  clock: Clock;
  speed: number;
  position: number | null;
  /** Whose public bars are asked for; null where nobody's are. */
  exchange: Exchange | null;
  /** What is stored of a live market, oldest first. */
  stored: readonly { symbol: string; timeframe: string; bars: readonly BarRow[] }[];
  /** Stores bars of a live market; false where they could not be. */
  keep: (wanted: Wanted, bars: readonly BarRow[]) => Promise<boolean>;
  log: Log;
  /** Told of each bar that closes on the market clock. */
  onClose: (closed: Wanted) => void;
  onEnd: () => void;
}

/** The bars that the engine holds, the clock that they run on, and what it reads in them. */
export class EngineMarket {
  readonly #book = new BarBook();
  readonly #replay: Replay | null;
  readonly #feed: FeedOption;
  readonly #options: MarketOptions;
  readonly #live: LiveFeed | null;

  constructor(options: MarketOptions) {
    const { feed, series, clock, speed, position, onClose, onEnd } = options;
    this.#options = options;
    this.#feed = feed;
    for (const { symbol, timeframe, bars } of options.stored)
      for (const bar of bars) this.#book.add(symbol, timeframe, fromRow(bar));
    this.#live = feed.is === 'ccxt' && options.exchange ? this.#startFeed(feed.wanted, options.exchange) : null;
    this.#replay =
      originOf(feed) === 'live'
        ? null
        : startReplay({
            series,
            clock,
            speed,
            ...(position === null ? {} : { position }),
            onHistory: ({ symbol, timeframe, bar }) => void this.#book.add(symbol, timeframe, bar),
            onBar: ({ symbol, timeframe, bar }) => {
              this.#book.add(symbol, timeframe, bar);
              onClose({ symbol, timeframe });
            },
            onEnd,
          });
  }

  /** The market clock, epoch ms; the engine's own time where nothing is replayed. */
  time(now: number): number {
    return this.#replay?.now() ?? now;
  }

  get ended(): boolean {
    return this.#replay?.ended() ?? false;
  }

  /** What a trading task travels with: the given payload, else the engine's bars and its reading of them. */
  describe(symbol: string, timeframe: string, given: Record<string, unknown>) {
    const held = marketContext(this.#book.bars(symbol, timeframe));
    const engine_reading: MarketReading | null = held.market_context && {
      wyckoff_phase: held.market_context.wyckoff_phase,
      volume_trend: held.market_context.volume_trend,
      tier: held.market_context.tier,
    };
    const payload: Record<string, unknown> = { ...held, ...given, symbol, timeframe };
    const bars = analysisPayloadSchema.shape.bars.safeParse(payload.bars);
    const last = bars.success ? bars.data.at(-1) : undefined;
    return { payload, engine_reading, last_bar_close_ms: last ? barClose(fromRow(last), timeframe) : null };
  }

  /** A page of a chart in any timeframe that the symbol's bars make; empty where they make none. */
  bars({ symbol, ...query }: { symbol: string; timeframe: string; before: number; limit: number }): BarsPage {
    const held = this.#book.timeframes(symbol);
    const timeframes = timeframesFrom(held);
    const source = sourceOf(held, query.timeframe);
    if (source === undefined) return { items: [], phases: [], events: [], timeframes };
    const { bars, whole } = this.#book.held(symbol, source);
    return { ...chartPage(resample(bars, source, query.timeframe), whole, query), timeframes };
  }

  /** The last price of each symbol, and what it was at its newest signal, whose `analyzed_at` is asked for. */
  prices(analyzedAt: (symbol: string) => string | undefined): Prices {
    return this.#symbols().flatMap((symbol) => {
      const last = this.#book.lastPrice(symbol);
      if (!last) return [];
      const analyzed_at = analyzedAt(symbol);
      const price = this.#book.priceAt(symbol, parseInstant(analyzed_at) ?? Number.NEGATIVE_INFINITY);
      const signal = analyzed_at === undefined || price === undefined ? null : { analyzed_at, price };
      const decimals = this.#options.exchange?.decimals(symbol) ?? this.#book.decimals(symbol);
      return [{ symbol, price: last.price, time: toIso(last.time), decimals, signal }];
    });
  }

  /** Bars that somebody brings to a live market: each once, closed, in order; what is held stays as it is. */
  async take({ symbol, timeframe, bars }: GivenBars): Promise<BarsTaken | 'replay' | 'not stored'> {
    if (this.#replay) return 'replay';
    const { clock, onClose } = this.#options;
    const held = this.#book.last(symbol, timeframe);
    const fresh = new LiveBars(timeframe, held ?? null).take(bars, clock.now(), true);
    const taken = { taken: fresh.bars.length, left: bars.length - fresh.bars.length };
    if (fresh.bars.length === 0) return taken;
    if (!(await this.#keep({ symbol, timeframe }, fresh.bars))) return 'not stored';
    onClose({ symbol, timeframe });
    return taken;
  }

  /** Every series that has bars. */
  series(): Wanted[] {
    return this.#book.series();
  }

  feeds(): Status['feeds'] {
    if (this.#live) return [{ name: feedsName(this.#feed), symbols: this.#symbols().length, ...this.#live.state() }];
    if (!this.#replay) return [];
    return [
      {
        name: feedsName(this.#feed),
        state: this.#replay.ended() ? 'ended' : 'replaying',
        symbols: this.#symbols().length,
      },
    ];
  }

  close(): void {
    this.#replay?.close();
    this.#live?.close();
  }

  #symbols(): string[] {
    return [...new Set(this.#book.series().map(({ symbol }) => symbol))];
  }

  #startFeed(wanted: readonly Wanted[], exchange: Exchange): LiveFeed {
    const { clock, log, onClose } = this.#options;
    return new LiveFeed({
      exchange,
      wanted,
      clock,
      log,
      lastOf: ({ symbol, timeframe }) => this.#book.last(symbol, timeframe) ?? null,
      keep: (one, bars) => this.#keep(one, bars),
      onBars: (one, fresh) => {
        if (fresh) onClose(one);
      },
    });
  }

  /** On disk before anybody reads in them. */
  async #keep({ symbol, timeframe }: Wanted, bars: readonly Bar[]): Promise<boolean> {
    if (!(await this.#options.keep({ symbol, timeframe }, bars.map(toRow)))) return false;
    for (const bar of bars) this.#book.add(symbol, timeframe, bar);
    return true;
  }
}
