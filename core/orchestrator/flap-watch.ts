import type { Limits } from './limits.ts';

/** Counts each agent's own disconnects, also over the times in which the engine has forgotten it. */
export class FlapWatch {
  readonly #limits: Pick<Limits, 'flaps' | 'flapWindow' | 'quarantine'>;
  readonly #disconnects = new Map<string, number[]>();
  readonly #until = new Map<string, number>();

  constructor(limits: Pick<Limits, 'flaps' | 'flapWindow' | 'quarantine'>) {
    this.#limits = limits;
  }

  /** True where this disconnect puts the agent into quarantine. */
  disconnected(id: string, monotonic: number): boolean {
    const { flaps, flapWindow, quarantine } = this.#limits;
    const recent = [...(this.#disconnects.get(id) ?? []), monotonic].filter((at) => monotonic - at < flapWindow);
    this.#disconnects.set(id, recent);
    if (recent.length < flaps) return false;
    this.#disconnects.delete(id);
    this.#until.set(id, monotonic + quarantine);
    return true;
  }

  isQuarantined(id: string, monotonic: number): boolean {
    return (this.#until.get(id) ?? 0) > monotonic;
  }

  /** Takes out whose quarantine is over, and forgets disconnects of long ago. */
  released(monotonic: number): string[] {
    for (const [id, at] of this.#disconnects)
      if (monotonic - (at.at(-1) ?? 0) >= this.#limits.flapWindow) this.#disconnects.delete(id);
    const over = [...this.#until].filter(([, until]) => until <= monotonic).map(([id]) => id);
    for (const id of over) this.#until.delete(id);
    return over;
  }
}
