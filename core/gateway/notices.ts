import type { Namespace, Socket } from 'socket.io';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import type { Screen } from './ports.ts';

const EVENTS = ['status', 'prices'] as const;
type Event = (typeof EVENTS)[number];

/** They go out on change, at most this often. */
const EVERY_MS = 500;
/** How many viewers are told before others get the event loop. */
const AT_ONCE = 50;

/**
 * Tells viewers the status and the prices. Nobody acks these, so a viewer that does not read is told nothing more
 * until it does, and then how things stand by then: nothing piles up for it.
 */
export class Notices {
  readonly #namespace: Namespace;
  readonly #screen: Screen;
  readonly #clock: Clock;
  readonly #current = new Map<Event, { payload: object; text: string }>();
  readonly #told = new WeakMap<Socket, Map<Event, object>>();

  constructor(namespace: Namespace, screen: Screen, clock: Clock) {
    this.#namespace = namespace;
    this.#screen = screen;
    this.#clock = clock;
  }

  start(): Disposer {
    return this.#clock.every(EVERY_MS, () => {
      if (this.#namespace.sockets.size === 0) return;
      this.#look();
      this.#round([...this.#namespace.sockets.values()]);
    });
  }

  /** Tells a viewer who has just come. */
  welcome(socket: Socket): void {
    this.#look();
    this.#tell(socket);
  }

  #look(): void {
    for (const event of EVENTS) {
      const payload = this.#read(event);
      if (payload === null) continue;
      const text = JSON.stringify(payload);
      if (text !== this.#current.get(event)?.text) this.#current.set(event, { payload, text });
    }
  }

  /** Null where the store cannot be read, which is told of elsewhere; what was said last stands until then. */
  #read(event: Event): object | null {
    try {
      return this.#screen[event]();
    } catch {
      return null;
    }
  }

  #round(sockets: readonly Socket[]): void {
    for (const socket of sockets.slice(0, AT_ONCE)) if (socket.conn.transport.writable) this.#tell(socket);
    if (sockets.length > AT_ONCE) this.#clock.after(0, () => this.#round(sockets.slice(AT_ONCE)));
  }

  #tell(socket: Socket): void {
    const told = this.#told.get(socket) ?? new Map<Event, object>();
    this.#told.set(socket, told);
    for (const [event, { payload }] of this.#current) {
      if (told.get(event) === payload) continue;
      told.set(event, payload);
      socket.emit(event, payload);
    }
  }
}
