import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type SidebarUpdate, type Snapshot, UPDATES_PER_BATCH } from '../../core/contract/sidebar.ts';
import { clientFrame, Frames, type Message } from './frames.ts';
import type { Manner } from './messages.ts';

const SLOW_MS = 1_000;
/** A message of the sidebar's namespace with the number that its ack names: 42/sidebar,17["snapshot", ... */
const WANTS_ACK = /^42\/sidebar,(\d+)\["(snapshot|sidebar_update)"/;

/** A viewer that counts what it gets, as cheaply as can be, until it is told to decode it. */
export class Counter {
  messages = 0;
  bytes = 0;
  /** Offset by symbol, of what was decoded. */
  readonly shown = new Map<string, number>();
  /** Resolves once it has been sent all symbols, or its snapshot where it does not ack at once. */
  readonly watching: Promise<void>;
  readonly #messagesForAll: number;
  readonly #socket: Socket;
  readonly #frames = new Frames((message) => this.#heard(message));
  readonly #token: string;
  #manner: Exclude<Manner, 'decoding'>;
  #owed: string[] = [];
  #isWatching = (): void => {};

  constructor(url: string, token: string, symbols: number, manner: Exclude<Manner, 'decoding'>) {
    this.#token = token;
    this.#manner = manner;
    this.#messagesForAll = manner === 'prompt' ? Math.ceil(symbols / UPDATES_PER_BATCH) : 1;
    this.watching = new Promise((resolve) => {
      this.#isWatching = resolve;
    });
    const { hostname, port, host } = new URL(url);
    this.#socket = connect(Number(port), hostname);
    this.#socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    let opening = Buffer.alloc(0);
    const open = (chunk: Buffer): void => {
      opening = Buffer.concat([opening, chunk]);
      const end = opening.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!opening.toString('latin1', 0, end).includes(' 101 ')) throw new Error(opening.toString());
      this.#socket.off('data', open);
      this.#socket.on('data', (next: Buffer) => this.#frames.take(next));
      this.#frames.take(opening.subarray(end + 4));
    };
    this.#socket.on('data', open);
    this.#socket.on('close', () => {
      throw new Error('the engine hung up on a viewer');
    });
  }

  decode(): void {
    this.#frames.whole = true;
    this.#manner = 'prompt';
    for (const number of this.#owed.splice(0)) this.#ack(number);
  }

  #heard({ head, bytes, text }: Message): void {
    this.bytes += bytes;
    if (head.startsWith('0{')) return this.#say(`40/sidebar,${JSON.stringify({ token: this.#token, protocol: 1 })}`);
    if (head === '2') return this.#say('3');
    if (head.startsWith('44')) throw new Error(head);
    const number = WANTS_ACK.exec(head)?.[1];
    if (!number) return;
    this.messages += 1;
    if (text) this.#show(text);
    if (this.#manner === 'prompt') this.#ack(number);
    else this.#owed.push(number);
    if (this.#manner === 'slow') setTimeout(() => this.#payBack(), SLOW_MS);
    if (this.messages >= this.#messagesForAll) this.#isWatching();
  }

  #payBack(): void {
    const number = this.#owed.shift();
    if (number) this.#ack(number);
  }

  #show(text: string): void {
    const [, payload] = JSON.parse(text.slice(text.indexOf('['))) as [string, Snapshot | SidebarUpdate[]];
    for (const { symbol, offset } of Array.isArray(payload) ? payload : payload.updates) this.shown.set(symbol, offset);
  }

  #ack(number: string): void {
    this.#say(`43/sidebar,${number}[{}]`);
  }

  #say(text: string): void {
    this.#socket.write(clientFrame(text));
  }
}
