import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the fake exchange does wrong from now on. */
export type Fault = 'none' | 'mute' | 'repeats' | 'skips' | 'goes back' | 'text' | 'zero volume' | 'gone' | 'limited';

const MINUTE = 60_000;

/** One bar in the exchange's format: figures are text, the close time follows. */
const kline = (time: number, volume = 10): unknown[] => {
  const price = 100 + Math.sin(time / MINUTE / 7) * 5;
  const text = (figure: number): string => figure.toFixed(2);
  return [
    time,
    text(price),
    text(price + 1),
    text(price - 1),
    text(price + 0.5),
    volume.toFixed(3),
    time + MINUTE - 1,
    '0',
    1,
    '0',
    '0',
    '0',
  ];
};

const EXCHANGE_INFO = {
  timezone: 'UTC',
  serverTime: 0,
  rateLimits: [],
  exchangeFilters: [],
  symbols: [
    {
      symbol: 'BTCUSDT',
      status: 'TRADING',
      baseAsset: 'BTC',
      baseAssetPrecision: 8,
      quoteAsset: 'USDT',
      quotePrecision: 8,
      quoteAssetPrecision: 8,
      orderTypes: ['LIMIT'],
      isSpotTradingAllowed: true,
      isMarginTradingAllowed: false,
      filters: [
        { filterType: 'PRICE_FILTER', minPrice: '0.01000000', maxPrice: '1000000.00000000', tickSize: '0.01000000' },
        { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
      ],
      permissions: ['SPOT'],
    },
  ],
};

/** A local server that answers as Binance's public API does, with a market clock that the test turns. */
export class FakeBinance {
  /** Epoch ms; the bar of this minute is still being made. */
  now = Math.floor(Date.now() / MINUTE) * MINUTE + 1_000;
  fault: Fault = 'none';
  /** Minutes that it never had. */
  readonly skipped = new Set<number>();
  asked = 0;
  #mutedAt = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(): Promise<FakeBinance> {
    const server = createServer();
    const fake = new FakeBinance(server);
    server.on('request', ({ url = '' }, response: ServerResponse) => fake.#answer(new URL(url, 'http://x'), response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  set(fault: Fault): void {
    this.fault = fault;
    this.#mutedAt = this.now;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(url: URL, response: ServerResponse): void {
    this.asked += 1;
    const say = (body: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (this.fault === 'gone') return void response.destroy();
    if (this.fault === 'limited') return say({ code: -1003, msg: 'Too many requests' }, 429);
    if (url.pathname.endsWith('/exchangeInfo')) return say(EXCHANGE_INFO);
    if (url.pathname.endsWith('/klines')) return say(this.#klines(url.searchParams));
    return say([]);
  }

  #klines(query: URLSearchParams): unknown[] {
    const limit = Number(query.get('limit') ?? 500);
    const since = Number(query.get('startTime') ?? this.now - limit * MINUTE);
    const until = this.fault === 'mute' ? this.#mutedAt - MINUTE : this.now;
    const rows: unknown[][] = [];
    for (let time = Math.ceil(since / MINUTE) * MINUTE; time <= until && rows.length < limit; time += MINUTE)
      if (!this.skipped.has(time)) rows.push(kline(time, this.fault === 'zero volume' ? 0 : 10));
    if (this.fault === 'repeats') return rows.flatMap((row) => [row, row]);
    if (this.fault === 'goes back')
      return [...rows, ...rows.slice(0, 3).map(([time, ...rest]) => [Number(time) - 5 * MINUTE, ...rest])];
    if (this.fault === 'text') return rows.map(([time, , ...rest]) => [time, 'n/a', ...rest]);
    return rows;
  }
}
