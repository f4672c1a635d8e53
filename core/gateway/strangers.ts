import type { Clock } from '../kit/clock.ts';

/** How many connections may be open that have not said yet who they are. */
const MOST = 32;
/** One that has had so long to say it makes room for the next. */
const PATIENCE_MS = 1_000;

/** A connection as engine.io has it. */
interface Connection {
  close(discard: boolean): unknown;
  readonly request: { readonly socket: { destroy(): unknown } };
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Counts the connections without a token, of which anybody on this machine can open as many as he likes. Above
 * the bound a new one is refused, unless the oldest has been silent so long that it has to go instead: who only
 * holds the line shuts nobody out.
 */
export class Strangers {
  readonly #clock: Clock;
  /** Since when, oldest first. */
  readonly #since = new Map<Connection, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#since.size;
  }

  /** Whether there is room for one more, if need be in place of the oldest. */
  makeRoom(): boolean {
    if (this.#since.size < MOST) return true;
    const [oldest] = this.#since;
    if (!oldest || this.#clock.monotonic() - oldest[1] < PATIENCE_MS) return false;
    this.known(oldest[0]);
    // A WebSocket closed by the book would wait for its answer.
    oldest[0].close(true);
    oldest[0].request.socket.destroy();
    return true;
  }

  arrived(connection: Connection): void {
    this.#since.set(connection, this.#clock.monotonic());
    connection.once('close', () => this.known(connection));
  }

  /** It has been let in somewhere, or has left. */
  known(connection: Connection): void {
    this.#since.delete(connection);
  }
}
