import { barsQuerySchema } from '../contract/bars.ts';
import { UsageError } from '../kit/errors.ts';
import { barMs } from '../market/bar.ts';
import type { Wanted } from '../market/live-feed.ts';

const USUAL_TIMEFRAME = '5m';

/** Where bars come from: the bundled series, the user's files, an exchange, or nowhere. */
export type FeedOption =
  | { is: 'bundled' }
  | { is: 'csv'; files: readonly string[] }
  | { is: 'ccxt'; exchange: string; wanted: readonly Wanted[] }
  | { is: 'none' };

const HOW = 'use csv:FILE[,FILE], ccxt:EXCHANGE:SYMBOL@TIMEFRAME[,...], replay for the built-in one, or none';

/** A feed as `--feed` says it. */
export function feedText(feed: FeedOption): string {
  if (feed.is === 'bundled') return 'replay';
  if (feed.is === 'csv') return `csv:${feed.files.join(',')}`;
  if (feed.is === 'none') return 'none';
  return `ccxt:${feed.exchange}:${feed.wanted.map(({ symbol, timeframe }) => `${symbol}@${timeframe}`).join(',')}`;
}

/** Reads `--feed`: `replay` for the bundled one, `csv:FILE[,FILE]`, `ccxt:EXCHANGE:SYMBOL@TIMEFRAME[,...]`, or `none`. */
export function parseFeed(text: string): FeedOption {
  if (text === 'replay') return { is: 'bundled' };
  if (text === 'none') return { is: 'none' };
  if (text.startsWith('ccxt:')) return exchangeOf(text);
  const files = text.startsWith('csv:')
    ? text
        .slice('csv:'.length)
        .split(',')
        .map((file) => file.trim())
        .filter(Boolean)
    : [];
  if (files.length > 0) return { is: 'csv', files };
  throw new UsageError(`--feed ${text} is not known: ${HOW}`);
}

/** An exchange's symbols may hold colons themselves, as in BTC/USDT:USDT. */
function exchangeOf(text: string): FeedOption {
  const [, exchange, list] = /^ccxt:([a-z0-9_]+):(.+)$/i.exec(text) ?? [];
  if (exchange === undefined || list === undefined)
    throw new UsageError(`--feed ${text} names no exchange and symbols: write ccxt:binance:BTC/USDT@5m,ETH/USDT@1h`);
  const wanted = list
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
    .map((one) => seriesOf(text, one));
  const names = wanted.map(({ symbol, timeframe }) => `${symbol} ${timeframe}`);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new UsageError(`--feed ${text} names ${twice} twice`);
  if (wanted.length === 0) throw new UsageError(`--feed ${text} names no symbol: write ccxt:binance:BTC/USDT@5m`);
  return { is: 'ccxt', exchange: exchange.toLowerCase(), wanted };
}

function seriesOf(text: string, one: string): Wanted {
  const at = one.lastIndexOf('@');
  const symbol = at < 0 ? one : one.slice(0, at);
  const timeframe = at < 0 ? USUAL_TIMEFRAME : one.slice(at + 1);
  const asked = barsQuerySchema.safeParse({ symbol, timeframe });
  if (!asked.success)
    throw new UsageError(`--feed ${text}: ${one} is no symbol and timeframe, write it as BTC/USDT@5m`);
  barMs(timeframe);
  return { symbol, timeframe };
}
