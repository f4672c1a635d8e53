import { type Bar, barClose } from './bar.ts';
import type { Series } from './series.ts';

/** A bar that has closed, and whose. */
export interface ClosedBar {
  readonly symbol: string;
  readonly timeframe: string;
  readonly bar: Bar;
}

interface Cursor {
  readonly series: Series;
  place: number;
  /** Epoch ms at which the bar at `place` closes; infinity past the last. */
  close: number;
}

const closeAt = ({ bars, timeframe }: Series, place: number): number => {
  const bar = bars[place];
  return bar ? barClose(bar, timeframe) : Number.POSITIVE_INFINITY;
};

/** The bars of several series in order of close; those that close together by order of series. */
export class MergedBars {
  readonly #cursors: Cursor[];

  constructor(series: readonly Series[]) {
    this.#cursors = series.map((one) => ({ series: one, place: 0, close: closeAt(one, 0) }));
  }

  /** Epoch ms at which the next bar closes; infinity where none is left. */
  get nextClose(): number {
    return this.#cursors.reduce((first, { close }) => Math.min(first, close), Number.POSITIVE_INFINITY);
  }

  /** The next bar that has closed by `until` (epoch ms). */
  take(until: number): ClosedBar | undefined {
    const close = this.nextClose;
    const cursor = close <= until ? this.#cursors.find((one) => one.close === close) : undefined;
    const bar = cursor?.series.bars[cursor.place];
    if (!cursor || !bar) return undefined;
    cursor.place += 1;
    cursor.close = closeAt(cursor.series, cursor.place);
    return { symbol: cursor.series.symbol, timeframe: cursor.series.timeframe, bar };
  }
}
