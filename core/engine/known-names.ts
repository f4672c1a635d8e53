/** Keeps a set of labels bounded: the first so many names stand for themselves, all others are `other`. */
export class KnownNames {
  readonly #most: number;
  readonly #names = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  of(name: string): string {
    if (this.#names.size < this.#most) this.#names.add(name);
    return this.#names.has(name) ? name : 'other';
  }
}
