import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { SimClock } from './sim-clock.ts';

export interface End {
  /** A message has arrived. */
  receive(message: unknown): void;
  /** This end has noticed that the connection is gone. */
  closed(): void;
}

interface SimNetOptions {
  clock: SimClock;
  random: () => Random;
  faults: () => Readonly<Faults>;
}

const DELAY_MS = [1, 30] as const;
const SLOW_MS = [500, 6_000] as const;
/** What socket.io's pings need to notice a peer that is gone without a word. */
const PING_TIMEOUT_MS = [25_000, 45_000] as const;

type Side = 'engine' | 'client';
const other = (side: Side): Side => (side === 'engine' ? 'client' : 'engine');

/** One connection as TCP makes it: order is kept within a direction, delays are any, what is in flight at a cut is lost. */
export class SimSocket {
  readonly id: string;
  readonly #to: SimNetOptions;
  readonly #ends: Record<Side, End>;
  readonly #lastArrival: Record<Side, number> = { engine: 0, client: 0 };
  readonly #open: Record<Side, boolean> = { engine: true, client: true };
  #cut = false;

  constructor(id: string, ends: Record<Side, End>, options: SimNetOptions) {
    this.id = id;
    this.#ends = ends;
    this.#to = options;
  }

  isOpen(side: Side): boolean {
    return this.#open[side];
  }

  send(from: Side, message: unknown): void {
    if (!this.#open[from] || this.#cut) return;
    const { clock, random, faults } = this.#to;
    const to = other(from);
    const [least, most] = random().chance(faults().slowNetwork) ? SLOW_MS : DELAY_MS;
    const arrival = Math.max(this.#lastArrival[to], clock.monotonic() + random().between(least, most));
    this.#lastArrival[to] = arrival;
    clock.after(arrival - clock.monotonic(), () => {
      if (this.#cut || !this.#open[to]) return;
      if (random().chance(faults().cutOnMessage)) this.cut();
      else this.#ends[to].receive(message);
    });
  }

  /** The way between the two breaks; each notices at once or when its pings time out. */
  cut(): void {
    if (this.#cut) return;
    this.#cut = true;
    for (const side of ['engine', 'client'] as const) {
      const late = this.#to.random().chance(this.#to.faults().halfOpen);
      this.#to.clock.after(late ? this.#to.random().between(...PING_TIMEOUT_MS) : 1, () => this.#noticed(side));
    }
  }

  /** One end closes in good order; what it has sent before arrives. */
  close(by: Side): void {
    if (!this.#open[by]) return;
    this.#open[by] = false;
    const { clock } = this.#to;
    const arrival = Math.max(this.#lastArrival[other(by)], clock.monotonic());
    clock.after(arrival - clock.monotonic() + 1, () => this.#noticed(other(by)));
  }

  /** A process ends without a word: its own end hears nothing any more. */
  kill(by: Side): void {
    this.#open[by] = false;
    this.cut();
  }

  #noticed(side: Side): void {
    if (!this.#open[side]) return;
    this.#open[side] = false;
    this.#ends[side].closed();
  }
}
