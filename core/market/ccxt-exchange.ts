import { messageOf, UsageError } from '../kit/errors.ts';
import { parseUrl } from '../kit/parse-url.ts';
import { type Exchange, ExchangeError } from './exchange.ts';

const REQUEST_MS = 10_000;
const MESSAGE_CHARS = 200;

/**
 * Public market data of an exchange through ccxt, which is loaded by the first call: it is large, and most who
 * replay or bring their own bars never need it. `url` takes the place of the exchange's own address. Throws
 * UsageError for an exchange that ccxt does not know or that has no bars.
 */
export async function openCcxt(id: string, url?: string): Promise<Exchange> {
  const ccxt = (await import('ccxt')).default;
  if (!ccxt.exchanges.includes(id))
    throw new UsageError(`--feed ccxt:${id} is not an exchange that ccxt knows: ${nearest(id, ccxt.exchanges)}`);
  const Client = ccxt[id as 'binance'];
  const client = new Client({ enableRateLimit: true, timeout: REQUEST_MS });
  if (!client.has.fetchOHLCV) throw new UsageError(`--feed ccxt:${id} has no bars to give: choose another exchange`);
  if (url !== undefined) client.urls.api = redirected(client.urls.api, url) as typeof client.urls.api;

  const inWords = (error: unknown, what: string): ExchangeError => {
    const cause = { cause: error };
    const words = `${what}: ${shortened(messageOf(error))}`;
    if (error instanceof ccxt.RateLimitExceeded || error instanceof ccxt.DDoSProtection)
      return new ExchangeError('limited', words, cause);
    if (error instanceof ccxt.BadSymbol || error instanceof ccxt.NotSupported || error instanceof ccxt.BadRequest)
      return new ExchangeError('refused', words, cause);
    return new ExchangeError('unreachable', words, cause);
  };

  return {
    name: id,
    async bars(symbol, timeframe, since, limit) {
      const known = Object.keys(client.timeframes ?? {});
      if (known.length > 0 && !known.includes(timeframe))
        throw new ExchangeError('refused', `there are no bars of ${timeframe}, only of ${known.join(', ')}`);
      try {
        return await client.fetchOHLCV(symbol, timeframe, since, limit);
      } catch (error) {
        throw inWords(error, `${symbol} ${timeframe}`);
      }
    },
    decimals(symbol) {
      const precision: unknown = client.markets?.[symbol]?.precision.price;
      if (typeof precision !== 'number' || !(precision > 0)) return null;
      // Some exchanges say 2 for two digits, others 0.01 for the size of a step.
      return client.precisionMode === ccxt.TICK_SIZE
        ? Math.max(0, Math.ceil(-Math.log10(precision) - 1e-9))
        : Math.floor(precision);
    },
  };
}

/** Without what may be secret in an address, and without what nobody reads. */
const shortened = (text: string): string => text.replace(/\/\/[^@\s/]*@/g, '//').slice(0, MESSAGE_CHARS);

/** Every address of an exchange's API, however deep, on another host. */
function redirected(api: unknown, url: string): unknown {
  if (typeof api === 'string') {
    const given = parseUrl(api);
    if (!given) return api;
    const { pathname } = given;
    return `${url.replace(/\/$/, '')}${pathname === '/' ? '' : pathname}`;
  }
  if (typeof api !== 'object' || api === null) return api;
  return Object.fromEntries(Object.entries(api).map(([name, value]) => [name, redirected(value, url)]));
}

const nearest = (id: string, known: readonly string[]): string => {
  const alike = known.filter((name) => name.startsWith(id.slice(0, 3)));
  return alike.length > 0
    ? `did you mean ${alike.slice(0, 5).join(', ')}?`
    : `it knows ${known.length}, such as binance`;
};
