import { dice } from '../support/dice.ts';
import { type Reach, until } from '../support/program.ts';
import { CrewAgent, emptyLedger, type Ledger, submitOn, type Watcher, watch } from './crew.ts';

const AGENTS = 3;
const SUBMITTERS = 2;
const LOOK_MS = 100;
const MORE_MS = 60_000;

/** Agents, a viewer and somebody with ever more tasks, who come again by themselves whenever the engine went away. */
export class CrewAtWork {
  readonly ledger: Ledger = emptyLedger();
  readonly #random: () => number;
  readonly #agents: readonly CrewAgent[];
  #viewer: Watcher | null = null;
  #over = new AbortController();

  constructor(seed: number) {
    this.#random = dice(seed);
    this.#agents = Array.from(
      { length: AGENTS },
      (_, place) => new CrewAgent(`crew-${place}`, this.ledger, this.#random),
    );
  }

  begin(reach: Reach): void {
    this.#over = new AbortController();
    const { signal } = this.#over;
    const look = setInterval(() => this.#connect(reach), LOOK_MS);
    signal.addEventListener('abort', () => clearInterval(look));
    this.#connect(reach);
    for (let nth = 0; nth < SUBMITTERS; nth += 1) void this.#submit(reach, signal);
  }

  /** Goes home; what was not acked is kept for the next engine. */
  end(): void {
    this.#over.abort();
    for (const agent of this.#agents) agent.disconnect();
    this.#viewer?.close();
    this.#viewer = null;
  }

  /** Resolves once so many more results were acked. */
  async more(count: number): Promise<void> {
    const goal = this.ledger.acked.size + count;
    await until(`${count} more results`, () => this.ledger.acked.size >= goal, MORE_MS);
  }

  #connect(reach: Reach): void {
    for (const agent of this.#agents) if (!agent.isConnected) agent.connect(reach);
    if (!this.#viewer?.isConnected()) this.#viewer = watch(reach, this.ledger);
  }

  async #submit(reach: Reach, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await submitOn(reach, this.ledger, this.#random, signal);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}
