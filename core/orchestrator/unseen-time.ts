import type { Instant, OrchestratorEvent } from './events.ts';

/**
 * Notices time that passed without us: the machine slept (its monotonic clock may have stood still, as on
 * Linux), the process stalled, or the clock was set forward.
 */
export class UnseenTime {
  readonly #drift: number;
  #last: Instant;
  #lastTick: number;

  constructor(drift: number, at: Instant) {
    this.#drift = drift;
    this.#last = at;
    this.#lastTick = at.monotonic;
  }

  /** Whether more than the drift passed unseen before this event. Ticks come every half second. */
  passed(event: OrchestratorEvent['type'], at: Instant): boolean {
    const slept = at.now - this.#last.now - (at.monotonic - this.#last.monotonic) > this.#drift;
    const late = event === 'tick' && at.monotonic - this.#lastTick > this.#drift;
    this.#last = at;
    if (event === 'tick') this.#lastTick = at.monotonic;
    return slept || late;
  }
}
