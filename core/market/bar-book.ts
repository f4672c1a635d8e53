import { type Bar, barClose } from './bar.ts';

type Added = 'added' | 'duplicate' | 'out_of_order';

interface Last {
  price: number;
  /** Epoch ms of its bar's close. */
  time: number;
}

/** Closed bars by symbol and timeframe, oldest first; keeps the newest `keep` of each series. */
export class BarBook {
  readonly #keep: number;
  readonly #series = new Map<string, Map<string, Bar[]>>();
  readonly #last = new Map<string, Last>();

  constructor({ keep = 2_000 }: { keep?: number } = {}) {
    if (!(Number.isSafeInteger(keep) && keep > 0)) throw new RangeError(`keep must be a count of bars, got ${keep}`);
    this.#keep = keep;
  }

  /** Takes a bar newer than the series' last; says so where it is not, and keeps it out. */
  add(symbol: string, timeframe: string, bar: Bar): Added {
    const close = barClose(bar, timeframe);
    const bars = this.#held(symbol, timeframe);
    const newest = bars.at(-1);
    if (newest && bar.time <= newest.time)
      return bars.some((held) => held.time === bar.time) ? 'duplicate' : 'out_of_order';
    bars.push(bar);
    // Trimmed by chunks: moving the whole array at every bar would make each addition cost `keep`.
    if (bars.length >= 2 * this.#keep) bars.splice(0, bars.length - this.#keep);
    const last = this.#last.get(symbol);
    if (!last || close >= last.time) this.#last.set(symbol, { price: bar.close, time: close });
    return 'added';
  }

  /** The newest `keep` bars held, oldest first; a copy. */
  bars(symbol: string, timeframe: string): readonly Bar[] {
    return this.#series.get(symbol)?.get(timeframe)?.slice(-this.#keep) ?? [];
  }

  /** Price and time of the newest close of any timeframe. */
  last(symbol: string): Readonly<Last> | undefined {
    return this.#last.get(symbol);
  }

  #held(symbol: string, timeframe: string): Bar[] {
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
