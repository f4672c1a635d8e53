/** Gives back what was taken; calling it twice is harmless. */
export type Disposer = () => void;

/** Runs the collected disposers once, last opened first closed. */
export class Disposers {
  readonly #open: Disposer[] = [];

  add(dispose: Disposer): void {
    this.#open.push(dispose);
  }

  close(): void {
    for (const dispose of this.#open.splice(0).reverse()) dispose();
  }
}
