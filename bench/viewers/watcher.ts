import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { io } from 'socket.io-client';
import type { SidebarUpdate, Snapshot } from '../../core/contract/sidebar.ts';
import { sharedMicroseconds } from './state.ts';

/** Microseconds from published to received, of all rows that the watchers of this process were told. */
export const latency: RecordableHistogram = createHistogram({ highest: 600_000_000 });

/** A viewer that decodes all that it gets, as a page does, with an ordinary client. */
export class Watcher {
  messages = 0;
  readonly bytes = 0;
  readonly shown = new Map<string, number>();
  /** Resolves once it shows all symbols. */
  readonly watching: Promise<void>;
  readonly #symbols: number;
  #isWatching = (): void => {};

  constructor(url: string, token: string, symbols: number) {
    this.#symbols = symbols;
    const socket = io(`${url}/sidebar`, { transports: ['websocket'], forceNew: true, auth: { token, protocol: 1 } });
    this.watching = new Promise((resolve) => {
      this.#isWatching = resolve;
    });
    socket.on('snapshot', ({ updates }: Snapshot, ack: (answer: object) => void) => {
      this.#show(updates);
      ack({});
    });
    socket.on('sidebar_update', (updates: SidebarUpdate[], ack: (answer: object) => void) => {
      const now = sharedMicroseconds();
      for (const { task_id } of updates) latency.record(Math.max(1, now - Number(task_id.split('@')[1])));
      this.#show(updates);
      ack({});
    });
  }

  #show(updates: readonly SidebarUpdate[]): void {
    this.messages += 1;
    for (const { symbol, offset } of updates) this.shown.set(symbol, offset);
    if (this.shown.size >= this.#symbols) this.#isWatching();
  }
}
