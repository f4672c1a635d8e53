import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server, type Socket } from 'socket.io';
import type { BarsPage } from '../../core/contract/bars.ts';
import { pagePolicy, withNonce } from '../../core/contract/page-policy.ts';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import type { ShownSettings } from '../../core/contract/settings.ts';
import { type Prices, type SidebarUpdate, type Status, UPDATES_PER_BATCH } from '../../core/contract/sidebar.ts';
import type { ListedToken } from '../../core/contract/tokens.ts';

const PAGE = fileURLToPath(new URL('../../dist/renderer/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const NONCE = 'c2NyaXB0ZWQ';

/** What the engine says; a test changes it and tells the viewers. */
export interface Script {
  storeEpoch: string;
  status: Status;
  rows: Map<string, SidebarUpdate>;
  prices: Prices;
  records: TradingAnalysisResult[];
  bars: BarsPage;
  settings: ShownSettings;
  tokens: ListedToken[];
  /** The refusal that a viewer's connection meets; null lets it in. */
  refuses: { code: string; message: string } | null;
}

export interface ScriptedEngine {
  readonly url: string;
  readonly tokens: { viewer: string; operator: string };
  readonly script: Script;
  /** Stores rows and tells every viewer, one batch in flight each, the newest of each symbol. */
  push(updates: readonly SidebarUpdate[]): void;
  tell(status: Partial<Status>): void;
  price(prices: Prices): void;
  /** Cuts every connection, and lets none in until it is back. */
  away(): Promise<void>;
  back(): Promise<void>;
  close(): Promise<void>;
}

export const QUIET: Status = {
  origin: 'live',
  market_time: null,
  ended: false,
  agents: [
    {
      agent_id: 'analyst-1',
      agent_type: 'trading',
      state: 'idle',
      tasks: [],
      sovereign: { circuit: 'closed', reason: null },
    },
  ],
  waiting: [],
  circuits: [],
  lag: 0,
  not_saved: null,
  alarms: [],
  persisted: { offset: 0, at: null },
  feeds: [{ name: 'scripted', state: 'live', symbols: 1 }],
  version: '0.1.0',
};
const READ_ONLY: ShownSettings = {
  settings: {
    feed: { value: 'none', from: 'command line' },
    analyse: { value: 'close', from: 'default' },
    keep_days: { value: null, from: 'default' },
    model: { value: 'rules', from: 'default', key: 'none', key_lost: null },
    fallback: { value: 'none', from: 'default', key: 'none', key_lost: null },
    key_places: { can: ['file', 'session'], usual: 'file', note: null },
    data: '/data',
    logs: '/data/logs',
    version: '0.1.0',
  },
  may_change: false,
};
export const NO_BARS: BarsPage = { items: [], phases: [], events: [], timeframes: [] };

interface Viewer {
  socket: Socket;
  pending: Map<string, SidebarUpdate>;
  busy: boolean;
}

function deliver(viewer: Viewer): void {
  if (viewer.busy || viewer.pending.size === 0) return;
  const batch = [...viewer.pending.values()].sort((a, b) => a.offset - b.offset).slice(0, UPDATES_PER_BATCH);
  for (const { symbol } of batch) viewer.pending.delete(symbol);
  viewer.busy = true;
  viewer.socket.emit('sidebar_update', batch, () => {
    viewer.busy = false;
    deliver(viewer);
  });
}

async function answer(script: Script, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const json = (body: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  if (pathname === '/api/results') {
    const before = Number(searchParams.get('before') ?? Number.MAX_SAFE_INTEGER);
    const symbol = searchParams.get('symbol');
    const items = script.records.filter((one) => (symbol === null || one.symbol === symbol) && one.offset < before);
    return void json({ items: items.sort((a, b) => b.offset - a.offset) });
  }
  if (pathname === '/api/settings') return void json(script.settings);
  if (pathname === '/api/bars') return void json(script.bars);
  if (pathname.startsWith('/assets/')) {
    const type = TYPES[extname(pathname)] ?? 'application/octet-stream';
    return void response.setHeader('content-type', type).end(await readFile(join(PAGE, pathname)));
  }
  const html = withNonce(await readFile(join(PAGE, 'index.html'), 'utf8'), NONCE);
  const policy = pagePolicy({ nonce: NONCE, connect: [`ws://${request.headers.host}`] });
  response.setHeader('content-type', 'text/html; charset=utf-8').setHeader('content-security-policy', policy).end(html);
}

/** An engine that says what a test has it say, over a real socket and HTTP, with the built page. */
export async function scriptedEngine(given: Partial<Script> = {}): Promise<ScriptedEngine> {
  const script: Script = {
    storeEpoch: 'scripted',
    status: QUIET,
    prices: [],
    records: [],
    bars: NO_BARS,
    settings: READ_ONLY,
    tokens: [],
    refuses: null,
    ...given,
    rows: new Map(given.rows),
  };
  const server = createServer((request, response) => {
    answer(script, request, response).catch(() => response.writeHead(500).end());
  });
  const io = new Server(server, { serveClient: false, maxHttpBufferSize: 4 * 1024 * 1024 });
  const viewers = new Set<Viewer>();
  const newest = () => Math.max(0, ...[...script.rows.values()].map(({ offset }) => offset));
  const side = io.of('/sidebar');
  side.use((_socket, next) => {
    if (!script.refuses) return next();
    next(Object.assign(new Error('refused'), { data: { ok: false, retry: false, ...script.refuses } }));
  });
  side.on('connection', (socket) => {
    const viewer: Viewer = { socket, pending: new Map(), busy: true };
    viewers.add(viewer);
    const updates = [...script.rows.values()].sort((a, b) => a.offset - b.offset);
    const snapshot = { store_epoch: script.storeEpoch, offset: newest(), full: true, updates };
    socket.emit('snapshot', snapshot, () => {
      viewer.busy = false;
      deliver(viewer);
    });
    socket.on('command', (_command: unknown, ack: (answer: object) => void) =>
      ack({ ok: true, tokens: script.tokens }),
    );
    socket.emit('status', script.status);
    socket.emit('prices', script.prices);
    socket.on('disconnect', () => viewers.delete(viewer));
  });
  const listen = (port: number) => new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    tokens: { viewer: 'viewer', operator: 'operator' },
    script,
    push(updates) {
      for (const update of updates) script.rows.set(update.symbol, update);
      for (const viewer of viewers) {
        for (const update of updates) viewer.pending.set(update.symbol, update);
        deliver(viewer);
      }
    },
    tell(status) {
      script.status = { ...script.status, ...status };
      side.emit('status', script.status);
    },
    price(prices) {
      script.prices = prices;
      side.emit('prices', prices);
    },
    async away() {
      const closed = new Promise((done) => server.close(done));
      side.disconnectSockets(true);
      server.closeAllConnections();
      await closed;
    },
    back: () => listen(port),
    async close() {
      server.closeAllConnections();
      await io.close();
    },
  };
}
