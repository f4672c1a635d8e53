import { z } from 'zod';
import type { SovereignState } from '../contract/sovereign-state.ts';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { toIso } from '../signals/instant.ts';
import type { Lease } from './running.ts';

export interface BeatsOptions {
  request: (event: 'heartbeat', body: unknown) => Promise<unknown>;
  running: () => Lease[];
  /** Told which of the leases that a beat named are no longer in force, by task. */
  dropped: (named: readonly Lease[], taskIds: readonly string[]) => void;
  sovereign: (() => SovereignState) | undefined;
  clock: Clock;
}

const replySchema = z.object({ drop: z.array(z.string()) });

/** An agent's heartbeats, while it is registered. */
export class Beats {
  readonly #to: BeatsOptions;
  #stop: Disposer | null = null;

  constructor(options: BeatsOptions) {
    this.#to = options;
  }

  /** Beats now, and then every so often. */
  start(everyMs: number): void {
    this.stop();
    this.#stop = this.#to.clock.every(everyMs, () => this.#beat());
    this.#beat();
  }

  /** Beats out of turn, since there is something to say; after a stop the next start says it. */
  now(): void {
    if (this.#stop) this.#beat();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #beat(): void {
    const { request, running, dropped, sovereign, clock } = this.#to;
    const named = running();
    const body = { now: toIso(clock.now()), running: named, ...(sovereign ? { sovereign: sovereign() } : {}) };
    request('heartbeat', body).then(
      (answer) => {
        const reply = replySchema.safeParse(answer);
        if (reply.success) dropped(named, reply.data.drop);
      },
      () => {}, // the next beat, or the reconnect, tells the engine
    );
  }
}
