import { Worker } from 'node:worker_threads';
import type { Fact, Outcome } from '../contract/facts.ts';
import { messageOf } from '../kit/errors.ts';
import { StoreError } from './open.ts';
import type { FromWriter, ToWriter, WriterData } from './writer-thread.ts';

const CLOSED = 'the store is closed';
const added = (outcome: Outcome): boolean => outcome.ok && outcome.offset !== null && !outcome.duplicate;

/** The writer's thread as its owner sees it: facts go over in order, outcomes come back in order. */
export class WriterClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, (outcomes: Outcome[]) => void>();
  readonly #onAppended: () => void;
  readonly #exited: Promise<void>;
  #lastId = 0;
  /** Why nothing is written any more; null while it is. */
  #ended: string | null = null;

  constructor(entry: URL, data: WriterData, onAppended: () => void) {
    this.#worker = new Worker(entry, { workerData: data });
    this.#onAppended = onAppended;
    this.#worker.on('message', (message: FromWriter) => {
      if ('committed' in message) this.#committed(message.committed);
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#refuseAll(CLOSED);
        resolve();
      });
    });
  }

  /** The store epoch once the file is open; throws StoreError where it cannot be. */
  ready(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#worker.on('error', (error) => {
        this.#refuseAll(messageOf(error));
        reject(new StoreError(`The store's writer ended (${messageOf(error)})`, { cause: error }));
      });
      this.#worker.once('exit', () => reject(new StoreError("The store's writer ended before it was ready")));
      this.#worker.on('message', (message: FromWriter) => {
        if ('ready' in message) resolve(message.ready.storeEpoch);
        if ('refused' in message) reject(new StoreError(message.refused));
      });
    });
  }

  commit(facts: Fact[]): Promise<Outcome[]> {
    const refused = (): Outcome[] => facts.map(() => ({ ok: false, message: this.#ended ?? CLOSED }));
    if (this.#ended !== null) return Promise.resolve(refused());
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#pending.set(id, (outcomes) => resolve(outcomes.length === facts.length ? outcomes : refused()));
      this.#worker.postMessage({ id, facts } satisfies ToWriter);
    });
  }

  /** Resolves once all that was asked is written and the file is closed. */
  async close(): Promise<void> {
    if (this.#ended === null) this.#worker.postMessage('close' satisfies ToWriter);
    await this.#exited;
  }

  #committed(committed: readonly { id: number; outcomes: Outcome[] }[]): void {
    for (const { id, outcomes } of committed) {
      this.#pending.get(id)?.(outcomes);
      this.#pending.delete(id);
    }
    if (committed.some(({ outcomes }) => outcomes.some(added))) this.#onAppended();
  }

  #refuseAll(message: string): void {
    this.#ended ??= message;
    for (const settle of [...this.#pending.values()]) settle([]);
    this.#pending.clear();
  }
}
