import { io } from 'socket.io-client';
import type { SidebarUpdate, Snapshot } from '../../core/contract/sidebar.ts';
import { compareOrder } from '../../core/signals/newer.ts';
import { dice } from '../support/dice.ts';
import type { FromViewer, ToViewer, ViewerReport } from './messages.ts';
import { digestOf, stateOf } from './screen-state.ts';

const AGAIN_MS = 100;
const LOOK_MS = 50;

/** A viewer that keeps its cursor, goes to another gateway when its own is gone, and writes down what it sees. */
class HistoryViewer {
  readonly #urls: readonly string[];
  readonly #token: string;
  readonly #random: () => number;
  readonly #rows = new Map<string, SidebarUpdate>();
  readonly #shown = new Map<number, string>();
  readonly #wrong: string[] = [];
  #cursor: { store_epoch: string; offset: number } | null = null;
  #connections = 0;
  #fullSnapshots = 0;

  constructor({ urls, token, seed }: Extract<ToViewer, { ask: 'watch' }>) {
    this.#urls = urls;
    this.#token = token;
    this.#random = dice(seed);
  }

  connect(): void {
    const url = this.#urls[Math.floor(this.#random() * this.#urls.length)];
    const socket = io(`${url}/sidebar`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token: this.#token, protocol: 1, ...this.#cursor },
    });
    const again = (): void => {
      socket.disconnect();
      setTimeout(() => this.connect(), AGAIN_MS);
    };
    socket.once('connect', () => {
      this.#connections += 1;
      socket.once('disconnect', again);
    });
    socket.once('connect_error', again);
    socket.on('snapshot', (snapshot: Snapshot, ack: (answer: unknown) => void) => {
      this.#snapshot(snapshot);
      ack({});
    });
    socket.on('sidebar_update', (rows: SidebarUpdate[], ack: (answer: unknown) => void) => {
      this.#take(rows);
      ack({});
    });
  }

  async report(state: string, ms: number): Promise<ViewerReport> {
    const end = Date.now() + ms;
    while (stateOf(this.#rows.values()) !== state && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return {
      equal: stateOf(this.#rows.values()) === state,
      wrong: this.#wrong,
      shown: [...this.#shown],
      connections: this.#connections,
      fullSnapshots: this.#fullSnapshots,
    };
  }

  #snapshot({ store_epoch, offset, full, updates }: Snapshot): void {
    if (this.#cursor && this.#cursor.store_epoch !== store_epoch)
      this.#wrong.push(`the store epoch became ${store_epoch}`);
    this.#cursor = { store_epoch, offset };
    if (full) {
      this.#fullSnapshots += 1;
      const symbols = new Set(updates.map(({ symbol }) => symbol));
      for (const symbol of this.#rows.keys())
        if (!symbols.has(symbol)) this.#wrong.push(`a snapshot up to #${offset} has no ${symbol}, which was shown`);
    }
    this.#take(updates);
  }

  #take(rows: readonly SidebarUpdate[]): void {
    for (const row of rows) {
      const before = this.#rows.get(row.symbol);
      if (before && compareOrder(row, before) < 0)
        this.#wrong.push(`${row.symbol} went back from #${before.offset} to #${row.offset}`);
      this.#rows.set(row.symbol, row);
      this.#shown.set(row.offset, digestOf(row));
      if (this.#cursor) this.#cursor.offset = Math.max(this.#cursor.offset, row.offset);
    }
  }
}

const answer = (message: FromViewer): void => void process.send?.(message);
let viewer: HistoryViewer;
process.on('message', async (message: ToViewer) => {
  if (message.ask === 'watch') {
    viewer = new HistoryViewer(message);
    viewer.connect();
    answer({ is: 'watching' });
  } else answer({ is: 'report', report: await viewer.report(message.state, message.ms) });
});
process.on('disconnect', () => process.exit());
