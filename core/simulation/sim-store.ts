import type { Fact, Outcome, StoredTask } from '../contract/facts.ts';
import type { Restored } from '../orchestrator/events.ts';
import { MemoryStore } from '../orchestrator/testing/memory-store.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { SimClock } from './sim-clock.ts';

interface Request {
  facts: readonly Fact[];
  done: (outcomes: Outcome[]) => void;
}

interface SimStoreOptions {
  clock: SimClock;
  random: () => Random;
  faults: () => Readonly<Faults>;
  /** Told of each result as its commit ends, before anyone hears of it. */
  onCommitted: () => void;
}

const COMMIT_MS = [1, 4] as const;
const SLOW_COMMIT_MS = [200, 8_000] as const;

/**
 * A disk with one writer: what is asked while a commit runs makes the next one. A crash drops what is not
 * committed, and sometimes only the word that it was.
 */
export class SimStore {
  readonly committed = new MemoryStore();
  readonly #to: SimStoreOptions;
  #waiting: Request[] = [];
  #running: Request[] | null = null;
  /** Rises with each crash: a commit of the process before ends in nothing. */
  #life = 0;

  constructor(options: SimStoreOptions) {
    this.#to = options;
  }

  commit(facts: readonly Fact[], done: (outcomes: Outcome[]) => void): void {
    this.#waiting.push({ facts, done });
    if (!this.#running) this.#begin();
  }

  task(taskId: string): StoredTask | null {
    return this.committed.task(taskId);
  }

  restored(): Restored {
    return this.committed.restored();
  }

  /** True where the crash came between the disk and the word of it. */
  crash(): boolean {
    this.#life += 1;
    const halfWay = this.#running !== null && this.#to.random().chance(this.#to.faults().crashAfterCommit);
    if (halfWay) for (const { facts } of this.#running ?? []) for (const fact of facts) this.committed.commit(fact);
    this.#running = null;
    this.#waiting = [];
    return halfWay;
  }

  #begin(): void {
    const random = this.#to.random();
    const [least, most] = random.chance(this.#to.faults().slowCommit) ? SLOW_COMMIT_MS : COMMIT_MS;
    this.#running = this.#waiting.splice(0);
    const life = this.#life;
    this.#to.clock.after(random.between(least, most), () => {
      if (life === this.#life) this.#end();
    });
  }

  #end(): void {
    const requests = this.#running ?? [];
    const random = this.#to.random();
    const { commitFails, factFails } = this.#to.faults();
    const refused = random.chance(commitFails);
    const attempt = (fact: Fact): Outcome => {
      if (refused) return { ok: false, message: 'the disk is full' };
      if (random.chance(factFails)) return { ok: false, message: 'this row was refused' };
      return this.committed.commit(fact);
    };
    const outcomes = requests.map(({ facts }) => facts.map(attempt));
    this.#running = null;
    if (this.#waiting.length > 0) this.#begin();
    this.#to.onCommitted();
    for (const [place, { done }] of requests.entries()) done(outcomes[place] ?? []);
  }
}
