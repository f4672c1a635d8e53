import { KINDS, kindOf, satisfies } from './capability-index.ts';

/** How many agents qualify for each type, so that nobody has to be asked. */
export class QualifiedCount {
  readonly #counts = new Map<string, number>(KINDS.map((kind) => [kind, 0]));
  readonly #counted = new Map<string, readonly string[]>();

  set(agent: string, capabilities: ReadonlySet<string> | null): void {
    for (const kind of this.#counted.get(agent) ?? []) this.#add(kind, -1);
    this.#counted.delete(agent);
    if (capabilities === null) return;
    const kinds = KINDS.filter((kind) => satisfies(kind, capabilities));
    for (const kind of kinds) this.#add(kind, 1);
    this.#counted.set(agent, kinds);
  }

  of(taskType: string): number {
    return this.#counts.get(kindOf(taskType)) ?? 0;
  }

  #add(kind: string, by: number): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + by);
  }
}
