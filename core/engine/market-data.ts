import { messageOf, UsageError } from '../kit/errors.ts';
import { barMs } from '../market/bar.ts';
import type { Series } from '../market/bundled.ts';
import { openCcxt } from '../market/ccxt-exchange.ts';
import type { Exchange } from '../market/exchange.ts';
import { assertReplayable } from '../market/replay-feed.ts';
import type { FeedOption } from './feed-option.ts';
import { loadSeries } from './market.ts';
import type { Chosen } from './settings-file.ts';

export interface MarketData {
  feed: FeedOption;
  series: readonly Series[];
  exchange: Exchange | null;
  /** Market seconds per wall second of a replay. */
  speed: number;
  /** Why it is not what the settings say; null where it is. */
  fault: string | null;
}

const SECOND = 1_000;

async function load(feed: FeedOption, folder: string): Promise<Pick<MarketData, 'feed' | 'series' | 'exchange'>> {
  const series = await loadSeries(feed, folder);
  if (series.length > 0) assertReplayable(series);
  const exchange = feed.is === 'ccxt' ? await openCcxt(feed.exchange, process.env.AURORA_EXCHANGE_URL) : null;
  return { feed, series, exchange };
}

/**
 * Opens what bars come from. Kept settings that do not hold any more leave the engine without a feed, so that
 * they can be changed; throws UsageError where the command line says it.
 */
export async function openMarketData(
  { value: feed, from }: Chosen<FeedOption>,
  speed: number,
  folder: string,
): Promise<MarketData> {
  try {
    const opened = await load(feed, folder);
    // Whoever brings bars of days does not wait minutes for the next: one closes each second.
    const own = from === 'settings' && feed.is === 'csv';
    const bar = Math.min(...opened.series.map(({ timeframe }) => barMs(timeframe)));
    return { ...opened, speed: own ? Math.max(speed, bar / SECOND) : speed, fault: null };
  } catch (error) {
    if (from !== 'settings' || !(error instanceof UsageError)) throw error;
    const fault = `The market data of the settings cannot be used: ${messageOf(error)}. Choose others in Settings.`;
    return { feed: { is: 'none' }, series: [], exchange: null, speed, fault };
  }
}
