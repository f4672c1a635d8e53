/** What has been opened so far, so that a start that fails half-way closes it: last opened, first closed. */
export class Closers {
  readonly #open: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#open.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#open.splice(0).reverse()) await close();
  }
}
