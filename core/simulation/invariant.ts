/** A promise that did not hold; the simulation ends with its name. */
export class InvariantError extends Error {
  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`);
    this.name = 'InvariantError';
  }
}

/** Throws an InvariantError with that name where a promise does not hold. */
export type Hold = (invariant: string, holds: boolean, what: () => string) => void;
