import type { TradingAnalysisResult } from '../contract/result.ts';
import { product } from '../signals/product.ts';
import { addsUp, CHAIN_START } from '../store/chain.ts';
import type { Hold } from './invariant.ts';
import type { Labels } from './labels.ts';
import type { SimStore } from './sim-store.ts';

/** Of every so many records it is tried whether a change is noticed. */
const TAMPERED_EVERY = 8;

/** Holds every stored record to what is promised of it: I5, I7, I11. */
export class RecordWitness {
  readonly #store: SimStore;
  readonly #labels: Labels;
  readonly #hold: Hold;
  #checked = 0;

  constructor(store: SimStore, labels: Labels, hold: Hold) {
    this.#store = store;
    this.#labels = labels;
    this.#hold = hold;
  }

  /** The end of the store is gone; what comes in its place is new. */
  lost(): void {
    this.#checked = Math.min(this.#checked, this.#store.committed.results.length);
  }

  /** Looks at what has been stored since the last look; says which analyses were, by their task ids. */
  check(): string[] {
    const { results } = this.#store.committed;
    const analyses: string[] = [];
    for (; this.#checked < results.length; this.#checked += 1) {
      const { task_id, offset, record } = results[this.#checked] as (typeof results)[number];
      this.#hold('I11 offsets rise', offset === this.#checked + 1, () => `${offset} at ${this.#checked}`);
      const first = results.findIndex((one) => one.task_id === task_id);
      this.#hold('I5 one completion a task', first === offset - 1, () => task_id);
      if (!record) continue;
      this.#chained(results[this.#checked - 1]?.hash ?? CHAIN_START, record);
      this.#settled(task_id, record);
      if (record.stage === 'signal') this.#labels.reached('signal validated');
      else analyses.push(task_id);
    }
    return analyses;
  }

  #settled(task_id: string, { adjustments, original_confidence, confidence, fallback_used }: TradingAnalysisResult) {
    const factors = adjustments.map(({ multiplier }) => multiplier);
    const expected = product(original_confidence, ...factors);
    const isProduct = Math.abs(confidence - expected) < 1e-12;
    this.#hold('I7 confidence is the product', isProduct, () => `${confidence}, not ${expected}`);
    this.#hold('R1 a fallback costs a fifth', !fallback_used || factors.includes(0.8), () => task_id);
  }

  /** Who changes a record, or what came before it, is found out. */
  #chained(before: string, record: TradingAnalysisResult): void {
    const { offset } = record;
    const body = JSON.stringify(record);
    this.#hold('I11 the chain verifies', addsUp(before, body), () => `#${offset} does not add up`);
    if (offset % TAMPERED_EVERY !== 0) return;
    const changed = JSON.stringify({ ...record, reasoning: `${record.reasoning}.` });
    this.#hold('I11 a changed record is found out', !addsUp(before, changed), () => `#${offset}`);
    this.#hold('I11 another record before it is found out', !addsUp(`${before}0`, body), () => `#${offset}`);
  }
}
