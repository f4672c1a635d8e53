import type { Bar } from './bar.ts';

/** The closed bars of one symbol and timeframe, oldest first. */
export interface Series {
  readonly symbol: string;
  readonly timeframe: string;
  readonly bars: readonly Bar[];
}
