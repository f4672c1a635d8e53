/** Lets one of a kind through in a while and counts the others. */
export class Seldom {
  readonly #ms: number;
  readonly #monotonic: () => number;
  readonly #last = new Map<string, { at: number; held: number }>();

  constructor(ms: number, monotonic: () => number) {
    this.#ms = ms;
    this.#monotonic = monotonic;
  }

  /** How many were held back since the one before, where this one may pass; else null. */
  pass(kind: string): number | null {
    const at = this.#monotonic();
    const last = this.#last.get(kind);
    if (last && at - last.at < this.#ms) {
      last.held += 1;
      return null;
    }
    this.#last.set(kind, { at, held: 0 });
    return last?.held ?? 0;
  }
}
