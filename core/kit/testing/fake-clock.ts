import type { Clock } from '../clock.ts';

interface Timer {
  due: number;
  order: number;
  every: number | undefined;
  run: () => void;
}

/** A clock turned by hand: `advance` runs what falls due, in order. */
export class FakeClock implements Clock {
  #now: number;
  #monotonic = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(now = Date.UTC(2026, 0, 5, 14, 0, 0)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(ms: number, run: () => void) {
    return this.#arm(ms, run, undefined);
  }

  every(ms: number, run: () => void) {
    return this.#arm(ms, run, ms);
  }

  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#turnTo(next.due);
      if (next.every === undefined) this.#timers.delete(next);
      else next.due += next.every;
      next.run();
    }
    this.#turnTo(end);
  }

  #arm(ms: number, run: () => void, every: number | undefined) {
    const timer: Timer = { due: this.#monotonic + ms, order: this.#order++, every, run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.due > end) continue;
      if (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) first = timer;
    }
    return first;
  }

  #turnTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}
