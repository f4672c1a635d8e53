import { basename } from 'node:path';
import { symbolSchema, timeframeSchema } from '../contract/result.ts';

/** What a file's name says of its bars; null where it does not say. */
export interface SeriesName {
  symbol: string | null;
  timeframe: string | null;
}

// Longest first. Left out on purpose: currencies that ordinary names end in (AIRBNB, HYUNDAI, INDUSTRY).
const QUOTES = ['FDUSD', 'USDT', 'USDC', 'USD', 'BTC', 'ETH', 'EUR', 'GBP', 'JPY', 'CHF', 'AUD', 'CAD', 'NZD'];
// SHIBUSD is SHIB/USD or SHI/BUSD: a name that reads both ways stays whole.
const AMBIGUOUS = /^\w{3,}[BT]USD$/;
const PAIR_LENGTH = 6;

function pair(name: string): string {
  const parted = /^(\w+)[-_](\w+)$/.exec(name);
  if (parted?.[1] && parted[2] && QUOTES.includes(parted[2])) return `${parted[1]}/${parted[2]}`;
  if (!/^[A-Z\d]+$/.test(name) || name.length < PAIR_LENGTH || AMBIGUOUS.test(name)) return name;
  const quote = QUOTES.find((one) => name.endsWith(one) && name.length - one.length >= 2);
  return quote ? `${name.slice(0, -quote.length)}/${quote}` : name;
}

/** `1D` and `4H` mean days and hours; `m` and `M` stay what they are, minutes and months. */
const unitCase = (text: string): string => text.replace(/[HDW]$/, (unit) => unit.toLowerCase());

/** Symbol and timeframe of a bars file: `ADABTC-5m.csv` is ADA/BTC 5m, `GOOG.csv` is GOOG. */
export function readSeriesName(file: string): SeriesName {
  const stem = basename(file).replace(/\.[A-Za-z]{1,4}$/, '');
  const found = /^(.+?)[-_ ](\d+[mhdwMHDW])(?:[-_ ].*)?$/.exec(stem);
  const timeframe = unitCase(found?.[2] ?? '');
  const known = timeframeSchema.safeParse(timeframe).success;
  const symbol = pair((known ? (found?.[1] ?? stem) : stem).toUpperCase());
  return { symbol: symbolSchema.safeParse(symbol).success ? symbol : null, timeframe: known ? timeframe : null };
}
