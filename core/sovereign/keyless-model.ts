import { ModelFailure } from './failure.ts';
import type { Asked, Model, ModelState } from './model.ts';

/** A model whose key is lost: it is never asked, and says why. */
export class KeylessModel implements Model<Asked> {
  readonly name: string;
  readonly #why: string;

  constructor(name: string, why: string) {
    this.name = name;
    this.#why = why;
  }

  state(): ModelState {
    return { is: 'open', reason: this.#why };
  }

  async answer(): Promise<never> {
    throw new ModelFailure('shut', this.#why);
  }

  onChange(): void {}

  close(): void {}
}
