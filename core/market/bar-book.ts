import { mostDecimals } from '../signals/decimals.ts';
import { type Bar, barClose } from './bar.ts';

type Added = 'added' | 'duplicate' | 'out_of_order';

interface Last {
  price: number;
  /** Epoch ms of its bar's close. */
  time: number;
  decimals?: number;
}

/** So many of the newest bars of a series tell the decimals that its symbol is traded in. */
const TELLING = 50;

/** Closed bars by symbol and timeframe, oldest first; keeps the newest `keep` of each series. */
export class BarBook {
  readonly #keep: number;
  readonly #series = new Map<string, Map<string, Bar[]>>();
  readonly #trimmed = new WeakSet<readonly Bar[]>();
  readonly #last = new Map<string, Last>();

  constructor({ keep = 2_000 }: { keep?: number } = {}) {
    if (!(Number.isSafeInteger(keep) && keep > 0)) throw new RangeError(`keep must be a count of bars, got ${keep}`);
    this.#keep = keep;
  }

  /** Takes a bar newer than the series' last; says so where it is not, and keeps it out. */
  add(symbol: string, timeframe: string, bar: Bar): Added {
    const close = barClose(bar, timeframe);
    const bars = this.#of(symbol, timeframe);
    const newest = bars.at(-1);
    if (newest && bar.time <= newest.time)
      return bars.some((held) => held.time === bar.time) ? 'duplicate' : 'out_of_order';
    bars.push(bar);
    // Trimmed by chunks: moving the whole array at every bar would make each addition cost `keep`.
    if (bars.length >= 2 * this.#keep) {
      bars.splice(0, bars.length - this.#keep);
      this.#trimmed.add(bars);
    }
    const last = this.#last.get(symbol);
    if (!last || close >= last.time) this.#last.set(symbol, { price: bar.close, time: close });
    return 'added';
  }

  /** The newest `keep` bars held, oldest first; a copy. */
  bars(symbol: string, timeframe: string): readonly Bar[] {
    return this.#series.get(symbol)?.get(timeframe)?.slice(-this.#keep) ?? [];
  }

  /** The timeframes in which bars of a symbol are held. */
  timeframes(symbol: string): string[] {
    return [...(this.#series.get(symbol)?.keys() ?? [])];
  }

  /** Every series that has bars. */
  series(): { symbol: string; timeframe: string }[] {
    return [...this.#series].flatMap(([symbol, timeframes]) =>
      [...timeframes].filter(([, bars]) => bars.length > 0).map(([timeframe]) => ({ symbol, timeframe })),
    );
  }

  /** The newest bar of a series. */
  last(symbol: string, timeframe: string): Bar | undefined {
    return this.#series.get(symbol)?.get(timeframe)?.at(-1);
  }

  /** Every bar held, oldest first, and whether none that came before is gone. Not a copy: not to be kept. */
  held(symbol: string, timeframe: string): { bars: readonly Bar[]; whole: boolean } {
    const bars = this.#series.get(symbol)?.get(timeframe) ?? [];
    return { bars, whole: !this.#trimmed.has(bars) };
  }

  /** The newest close of any timeframe at or before an instant, epoch ms; undefined where no bar held reaches it. */
  priceAt(symbol: string, time: number): number | undefined {
    let found: Last | undefined;
    for (const [timeframe, bars] of this.#series.get(symbol) ?? []) {
      const bar = bars.findLast((held) => barClose(held, timeframe) <= time);
      const close = bar && barClose(bar, timeframe);
      if (bar && close !== undefined && close > (found?.time ?? Number.NEGATIVE_INFINITY))
        found = { price: bar.close, time: close };
    }
    return found?.price;
  }

  /** Price and time of the newest close of any timeframe. */
  lastPrice(symbol: string): Readonly<Last> | undefined {
    return this.#last.get(symbol);
  }

  /** Decimals of the most exact of a symbol's newest closes; 0 where none is held. */
  decimals(symbol: string): number {
    const last = this.#last.get(symbol);
    if (!last) return 0;
    // Kept until there is another last price: every symbol is asked about twice a second.
    last.decimals ??= mostDecimals(
      [...(this.#series.get(symbol)?.values() ?? [])].flatMap((bars) => bars.slice(-TELLING).map(({ close }) => close)),
    );
    return last.decimals;
  }

  #of(symbol: string, timeframe: string): Bar[] {
    let timeframes = this.#series.get(symbol);
    if (!timeframes) {
      timeframes = new Map();
      this.#series.set(symbol, timeframes);
    }
    let bars = timeframes.get(timeframe);
    if (!bars) {
      bars = [];
      timeframes.set(timeframe, bars);
    }
    return bars;
  }
}
