import type { Fact, Outcome, StoredTask } from '../contract/facts.ts';
import type { Restored } from '../orchestrator/events.ts';
import { MemoryStore } from '../orchestrator/testing/memory-store.ts';
import type { Anchor } from '../store/anchor.ts';
import { CHAIN_START, chainHash } from '../store/chain.ts';
import { type Standing, standingOf } from '../store/standing.ts';
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

/** What the file holds, in the order in which it was written. */
type Entry = { is: 'fact'; fact: Fact } | { is: 'epoch'; epoch: string };

/** What has happened to the file while no engine had it open. */
export interface Opened extends Standing {
  /** Whether anything that had been written is gone, and whether results are. */
  lost: boolean;
  lostResults: boolean;
}

const FIRST_EPOCH = 'epoch-1';
const MOST_LOST = 12;

/**
 * A disk with one writer: what is asked while a commit runs makes the next one. A crash drops what is not
 * committed, and sometimes only the word that it was. Between two lives of the engine the end of the file may be
 * lost, or what was remembered beside it.
 */
export class SimStore {
  readonly #to: SimStoreOptions;
  #committed = new MemoryStore(FIRST_EPOCH, chainHash);
  #entries: Entry[] = [];
  #anchor: Anchor | null = null;
  #epochs = 1;
  #waiting: Request[] = [];
  #running: Request[] | null = null;
  /** Rises with each crash: a commit of the process before ends in nothing. */
  #life = 0;

  constructor(options: SimStoreOptions) {
    this.#to = options;
  }

  /** What is on the disk. */
  get committed(): MemoryStore {
    return this.#committed;
  }

  /** A new engine takes the file over, whatever has become of it. */
  open(): Opened {
    const random = this.#to.random();
    const { tailLost, anchorLost } = this.#to.faults();
    const had = this.#committed.results.length;
    const lost = this.#entries.length > 0 && random.chance(tailLost);
    if (lost) this.#lose(random.between(1, MOST_LOST));
    if (random.chance(anchorLost)) this.#anchor = null;
    const anchor = this.#anchor;
    const hashAtAnchor = this.#committed.results[(anchor?.offset ?? 0) - 1]?.hash ?? null;
    const standing = standingOf(anchor, { ...this.#tail(), hashAtAnchor });
    if (standing.newEpoch) this.#keep({ is: 'epoch', epoch: `epoch-${++this.#epochs}` });
    this.#anchor = this.#tail();
    return { ...standing, lost, lostResults: this.#committed.results.length < had };
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
    if (halfWay)
      for (const { facts } of this.#running ?? []) for (const fact of facts) this.#keep({ is: 'fact', fact });
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
      return this.#keep({ is: 'fact', fact });
    };
    const outcomes = requests.map(({ facts }) => facts.map(attempt));
    this.#running = null;
    this.#anchor = this.#tail();
    if (this.#waiting.length > 0) this.#begin();
    this.#to.onCommitted();
    for (const [place, { done }] of requests.entries()) done(outcomes[place] ?? []);
  }

  #tail(): Anchor {
    const { epoch, results } = this.#committed;
    return { epoch, offset: results.length, hash: results.at(-1)?.hash ?? CHAIN_START };
  }

  #keep(entry: Entry): Outcome {
    this.#entries.push(entry);
    return write(this.#committed, entry);
  }

  #lose(count: number): void {
    this.#entries = this.#entries.slice(0, -count);
    this.#committed = new MemoryStore(FIRST_EPOCH, chainHash);
    for (const entry of this.#entries) write(this.#committed, entry);
  }
}

function write(store: MemoryStore, entry: Entry): Outcome {
  if (entry.is === 'fact') return store.commit(entry.fact);
  store.renew(entry.epoch);
  return { ok: true, offset: null, duplicate: false, follow_up: null };
}
