import type { Clock } from '../kit/clock.ts';
import { Disposers } from '../kit/disposers.ts';
import { ModelFailure } from './failure.ts';
import type { Patience } from './model.ts';

export interface CallLimitOptions {
  clock: Pick<Clock, 'monotonic' | 'after'>;
  patience: Patience;
  /** How long the answer may pause once it has begun, ms. */
  idleMs: number;
  /** Who is asked, for the sentence. */
  name: string;
}

/** Ends one call when its time is over, when its answer stalls, or when nobody waits for it any more. */
export class CallLimit {
  readonly #to: CallLimitOptions;
  readonly #controller = new AbortController();
  readonly #open = new Disposers();
  #stopIdle = (): void => {};

  constructor(options: CallLimitOptions) {
    this.#to = options;
    const { clock, patience, name } = options;
    const left = Math.max(0, patience.until - clock.monotonic());
    const over = new ModelFailure('timeout', `${name} gave no whole answer within ${seconds(left)}`, { billed: true });
    this.#open.add(clock.after(left, () => this.#controller.abort(over)));
    const stopped = (): void =>
      this.#controller.abort(
        new ModelFailure('stopped', `nobody waits for ${name} any more`, {
          billed: true,
          cause: patience.signal.reason,
        }),
      );
    if (patience.signal.aborted) stopped();
    patience.signal.addEventListener('abort', stopped);
    this.#open.add(() => patience.signal.removeEventListener('abort', stopped));
    this.#open.add(() => this.#stopIdle());
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** More of the answer has come. */
  heard(): void {
    const { clock, idleMs, name } = this.#to;
    this.#stopIdle();
    this.#stopIdle = clock.after(idleMs, () =>
      this.#controller.abort(
        new ModelFailure('timeout', `${name} stopped in the middle of its answer for ${seconds(idleMs)}`, {
          billed: true,
        }),
      ),
    );
  }

  close(): void {
    this.#open.close();
  }
}

const seconds = (ms: number): string => `${Number((ms / 1_000).toFixed(1))} s`;
