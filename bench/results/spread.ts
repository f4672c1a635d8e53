import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Spread } from './messages.ts';

const HIGHEST_MICROSECONDS = 600_000_000;

/** Durations in milliseconds, kept to the microsecond. */
export class Durations {
  readonly #histogram: RecordableHistogram = createHistogram({ highest: HIGHEST_MICROSECONDS });

  add(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1_000)));
  }

  get count(): number {
    return this.#histogram.count;
  }

  get spread(): Spread {
    const ms = (microseconds: number): number => microseconds / 1_000;
    return {
      p50: ms(this.#histogram.percentile(50)),
      p99: ms(this.#histogram.percentile(99)),
      max: ms(this.#histogram.max),
    };
  }
}
