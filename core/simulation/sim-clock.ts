import type { Clock } from '../kit/clock.ts';

interface Timer {
  due: number;
  order: number;
  /** Null once it was disposed. */
  run: (() => void) | null;
}

const before = (a: Timer, b: Timer): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

/** Timers by time, then by order of arming: a binary heap. */
class TimerHeap {
  readonly #timers: Timer[] = [];

  first(): Timer | undefined {
    return this.#timers[0];
  }

  push(timer: Timer): void {
    let place = this.#timers.push(timer) - 1;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!before(this.#at(place), this.#at(parent))) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  pop(): void {
    this.#swap(0, this.#timers.length - 1);
    this.#timers.pop();
    let place = 0;
    for (let least = this.#leastOf(place); least !== place; least = this.#leastOf(place)) {
      this.#swap(place, least);
      place = least;
    }
  }

  #leastOf(place: number): number {
    const children = [2 * place + 1, 2 * place + 2].filter((child) => child < this.#timers.length);
    return children.reduce((least, child) => (before(this.#at(child), this.#at(least)) ? child : least), place);
  }

  #at(place: number): Timer {
    return this.#timers[place] as Timer;
  }

  #swap(a: number, b: number): void {
    [this.#timers[a], this.#timers[b]] = [this.#at(b), this.#at(a)];
  }
}

/**
 * Two clocks of which only the simulation turns the hands: a wall clock that may step, and a monotonic one
 * that may stand still in sleep. Timers run on the monotonic one.
 */
export class SimClock implements Clock {
  #wall = Date.UTC(2026, 0, 5, 14, 0, 0);
  #monotonic = 0;
  #engineTime = this.#wall;
  #order = 0;
  #pending = 0;
  readonly #heap = new TimerHeap();

  /** Engine time as core/kit has it: follows the wall forward and never goes back (R5). */
  now(): number {
    this.#engineTime = Math.max(this.#engineTime, this.#wall);
    return Math.floor(this.#engineTime);
  }

  wall(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** How many timers are armed. */
  get pending(): number {
    return this.#pending;
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { due: this.#monotonic + ms, order: this.#order++, run };
    this.#heap.push(timer);
    this.#pending += 1;
    return () => {
      if (timer.run) this.#pending -= 1;
      timer.run = null;
    };
  }

  every(ms: number, run: () => void): () => void {
    let dispose: () => void;
    const arm = (): void => {
      dispose = this.after(ms, () => {
        arm();
        run();
      });
    };
    arm();
    return () => dispose();
  }

  /** What falls due next up to a monotonic time, which then has come; null where nothing does. */
  next(until: number): (() => void) | null {
    for (let first = this.#heap.first(); first && first.due <= until; first = this.#heap.first()) {
      this.#heap.pop();
      const { run } = first;
      if (!run) continue;
      first.run = null;
      this.#pending -= 1;
      this.turnTo(first.due);
      return run;
    }
    return null;
  }

  turnTo(monotonic: number): void {
    if (monotonic <= this.#monotonic) return;
    const by = monotonic - this.#monotonic;
    this.#wall += by;
    this.#engineTime += by;
    this.#monotonic = monotonic;
  }

  /** The machine sleeps: the wall runs on, the monotonic clock only where the system lets it. */
  sleep(ms: number, monotonicRuns: boolean): void {
    this.#wall += ms;
    if (monotonicRuns) this.#monotonic += ms;
  }

  stepWall(ms: number): void {
    this.#wall += ms;
  }
}
