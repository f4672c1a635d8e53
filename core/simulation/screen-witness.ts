import type { SidebarUpdate } from '../contract/sidebar.ts';
import { compareOrder } from '../signals/newer.ts';
import type { Hold } from './invariant.ts';
import type { Labels } from './labels.ts';
import type { SimStore } from './sim-store.ts';

/** Holds what leaves the engine for its viewers to what is promised of it: I3, I6, I10, R9. */
export class ScreenWitness {
  readonly #store: SimStore;
  readonly #labels: Labels;
  readonly #hold: Hold;
  #published = 0;

  constructor(store: SimStore, labels: Labels, hold: Hold) {
    this.#store = store;
    this.#labels = labels;
    this.#hold = hold;
  }

  /** A new process of the engine begins its stream anywhere. */
  started(): void {
    this.#published = 0;
  }

  published(offset: number): void {
    const { results } = this.#store.committed;
    this.#hold(
      'I3 only what is on disk is published',
      offset <= results.length,
      () => `${offset} of ${results.length}`,
    );
    // Results of the users' own types are passed over.
    const skipped = results
      .slice(this.#published, Math.max(this.#published, offset - 1))
      .filter(({ record }) => record);
    const inOrder = this.#published === 0 || skipped.length === 0;
    this.#hold(
      'R9 the stream is published in order and without a gap',
      inOrder,
      () => `${offset} after ${this.#published}`,
    );
    this.#published = Math.max(this.#published, offset);
  }

  /** One more message to a viewer; `inFlight` counts those it has not acked. */
  pushed(inFlight: number): void {
    this.#hold('I10 one batch in flight', inFlight <= 1, () => `${inFlight} batches`);
  }

  snapshot(full: boolean, epochBefore: string | null, epoch: string): void {
    this.#labels.reached(full ? 'viewer given everything' : 'viewer given a delta');
    if (epochBefore === null || epochBefore === epoch) return;
    this.#labels.reached('viewer of an epoch that is over');
    this.#hold(
      'R9 who comes with a cursor of another epoch is given everything',
      full,
      () => `${epochBefore}, ${epoch}`,
    );
  }

  batch(updates: readonly SidebarUpdate[]): void {
    const offsets = updates.map(({ offset }) => offset);
    this.#hold(
      'a batch rises by offset',
      offsets.every((offset, place) => place === 0 || offset > (offsets[place - 1] ?? 0)),
      () => offsets.join(','),
    );
    this.#hold(
      'a batch names each symbol once',
      new Set(updates.map(({ symbol }) => symbol)).size === updates.length,
      () => 'a symbol twice',
    );
  }

  shown(update: SidebarUpdate, instead: SidebarUpdate | undefined): void {
    const stored = this.#store.committed.results[update.offset - 1];
    this.#hold(
      'I3 only what is on disk is shown',
      stored?.task_id === update.task_id,
      () => `${update.task_id} at ${update.offset}`,
    );
    const forward = instead === undefined || compareOrder(update, instead) >= 0;
    this.#hold(
      'I6 a symbol never goes back',
      forward,
      () => `${update.symbol}: ${update.analyzed_at} ${update.stage} after ${instead?.analyzed_at} ${instead?.stage}`,
    );
  }
}
