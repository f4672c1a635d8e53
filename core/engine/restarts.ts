import type { Clock } from '../kit/clock.ts';

/** Who asked for it is answered first. */
const AFTER_MS = 50;

/** Has an engine started again by whoever keeps it. */
export class Restarts {
  readonly #clock: Pick<Clock, 'after'>;
  #listener: ((why: string) => void) | null = null;
  #asked = false;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  onAsked(listener: (why: string) => void): void {
    this.#listener = listener;
  }

  /** False where nobody keeps the engine, which then goes on as it is. */
  ask(why: string): boolean {
    const listener = this.#listener;
    if (listener && !this.#asked) this.#clock.after(AFTER_MS, () => listener(why));
    this.#asked = listener !== null;
    return this.#asked;
  }
}
