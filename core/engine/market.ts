import type { BarsPage } from '../contract/bars.ts';
import type { MarketReading, Origin } from '../contract/result.ts';
import type { Prices, Status } from '../contract/sidebar.ts';
import { analysisPayloadSchema } from '../contract/task.ts';
import type { Clock } from '../kit/clock.ts';
import { barClose, fromRow } from '../market/bar.ts';
import { BarBook } from '../market/bar-book.ts';
import { loadBundled, type Series } from '../market/bundled.ts';
import { chartPage } from '../market/chart.ts';
import { marketContext } from '../market/context.ts';
import { readBarsFile } from '../market/csv.ts';
import { type Replay, startReplay } from '../market/replay-feed.ts';
import { resample, sourceOf, timeframesFrom } from '../market/resample.ts';
import { parseInstant, toIso } from '../signals/instant.ts';
import type { FeedOption } from './feed-option.ts';

export const originOf = (feed: FeedOption): Origin => (feed.is === 'none' ? 'live' : 'replay');

/** Names a set of feeds, so that its replay goes on where it stopped. */
export const feedsName = (feed: FeedOption): string => (feed.is === 'csv' ? `csv:${feed.files.join(',')}` : feed.is);

export async function loadSeries(feed: FeedOption, bundled: string): Promise<Series[]> {
  if (feed.is === 'none') return [];
  return feed.is === 'bundled' ? loadBundled(bundled) : Promise.all(feed.files.map((file) => readBarsFile(file)));
}

export interface MarketOptions {
  feed: FeedOption;
  series: readonly Series[];
  clock: Clock;
  speed: number;
  position: number | null;
  /** Told of each bar that closes on the market clock. */
  onClose: (closed: { symbol: string; timeframe: string }) => void;
  onEnd: () => void;
}

/** The bars that the engine holds, the clock that they run on, and what it reads in them. */
export class EngineMarket {
  readonly #book = new BarBook();
  readonly #replay: Replay | null;
  readonly #feed: FeedOption;
  readonly #series: readonly Series[];

  constructor({ feed, series, clock, speed, position, onClose, onEnd }: MarketOptions) {
    this.#feed = feed;
    this.#series = series;
    this.#replay =
      feed.is === 'none'
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
    const { bars, whole } = this.#book.series(symbol, source);
    return { ...chartPage(resample(bars, source, query.timeframe), whole, query), timeframes };
  }

  /** The last price of each symbol, and what it was at its newest signal, whose `analyzed_at` is asked for. */
  prices(analyzedAt: (symbol: string) => string | undefined): Prices {
    return this.#symbols().flatMap((symbol) => {
      const last = this.#book.last(symbol);
      if (!last) return [];
      const analyzed_at = analyzedAt(symbol);
      const price = this.#book.priceAt(symbol, parseInstant(analyzed_at) ?? Number.NEGATIVE_INFINITY);
      const signal = analyzed_at === undefined || price === undefined ? null : { analyzed_at, price };
      return [{ symbol, price: last.price, time: toIso(last.time), signal }];
    });
  }

  feeds(): Status['feeds'] {
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
  }

  #symbols(): string[] {
    return [...new Set(this.#series.map((one) => one.symbol))];
  }
}
