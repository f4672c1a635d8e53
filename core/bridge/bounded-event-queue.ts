import { isNewer, type Ordered } from '../signals/newer.ts';

type Queued = Ordered & { symbol: string };

export const QUEUE_BOUND = 100;

/**
 * What waits for a subscriber that takes its time, in order (R8). Over the bound it keeps the newest of each
 * symbol; where that is still too many it lets go of all and has lagged, and the stream has what is missing.
 */
export class BoundedEventQueue<Event extends Queued> {
  readonly #bound: number;
  #waiting: Event[] = [];
  #lagged = false;

  constructor(bound = QUEUE_BOUND) {
    this.#bound = bound;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** True from the moment it let go until it is begun anew; meanwhile it takes nothing. */
  get lagged(): boolean {
    return this.#lagged;
  }

  push(event: Event): void {
    if (this.#lagged) return;
    this.#waiting.push(event);
    if (this.#waiting.length > this.#bound) this.#waiting = newestPerSymbol(this.#waiting);
    if (this.#waiting.length > this.#bound) this.letGo();
  }

  /** The oldest of what waits. */
  take(): Event | undefined {
    return this.#waiting.shift();
  }

  letGo(): void {
    this.#waiting = [];
    this.#lagged = true;
  }

  /** Takes what comes from now on: the subscriber reads in the stream what came before. */
  beginAnew(): void {
    this.#lagged = false;
  }
}

function newestPerSymbol<Event extends Queued>(events: readonly Event[]): Event[] {
  const newest = new Map<string, Event>();
  for (const event of events) if (isNewer(event, newest.get(event.symbol))) newest.set(event.symbol, event);
  return events.filter((event) => newest.get(event.symbol) === event);
}
