import { Worker } from 'node:worker_threads';
import type { Fact, Outcome } from '../contract/facts.ts';
import { messageOf } from '../kit/errors.ts';
import { StoreError } from './open.ts';
import type { CommitRequest, FromWriter, StoreHealth } from './writer-loop.ts';
import type { ToWriter, WriterData } from './writer-thread.ts';

const CLOSED = 'the store is closed';
const added = (outcome: Outcome): boolean => outcome.ok && outcome.offset !== null && !outcome.duplicate;

interface Told {
  /** After each commit that added results. */
  onAppended(): void;
  /** What is stored has to be read anew; the sentence says why. */
  onRenewed(why: string): void;
}

/** The writer's thread as its owner sees it: facts go over in order, outcomes come back in order. */
export class WriterClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, (outcomes: Outcome[]) => void>();
  readonly #told: Told;
  readonly #ready: Promise<string>;
  readonly #exited: Promise<void>;
  /** What this turn of the event loop asks: it goes over as one message. */
  #asked: CommitRequest[] = [];
  #health: StoreHealth = { not_saved: null, warnings: [] };
  #lastId = 0;
  #closing = false;
  /** Why nothing is written any more; null while it is. */
  #ended: string | null = null;

  constructor(entry: URL, data: WriterData, told: Told) {
    this.#worker = new Worker(entry, { workerData: data });
    this.#told = told;
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: FromWriter) => {
        if ('committed' in message) this.#committed(message.committed);
        else if ('health' in message) this.#health = message.health;
        else if ('renewed' in message) told.onRenewed(message.renewed);
        else if ('ready' in message) resolve(message.ready.storeEpoch);
        else {
          this.#closing = true;
          reject(new StoreError(message.refused));
        }
      });
      this.#worker.on('error', (error) => {
        this.#refuseAll(messageOf(error));
        reject(new StoreError(`The store's writer ended (${messageOf(error)})`, { cause: error }));
      });
      this.#worker.once('exit', () => reject(new StoreError("The store's writer ended before it was ready")));
    });
    // Whoever opens the store asks for it; a failure before that is no one's yet.
    this.#ready.catch(() => {});
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#refuseAll(CLOSED);
        if (!this.#closing) told.onRenewed(`the store's writer ended (${this.#ended})`);
        resolve();
      });
    });
  }

  get health(): StoreHealth {
    return this.#ended === null || this.#closing ? this.#health : { ...this.#health, not_saved: this.#ended };
  }

  /** The store epoch once the file is open; throws StoreError where it cannot be. */
  ready(): Promise<string> {
    return this.#ready;
  }

  commit(facts: Fact[]): Promise<Outcome[]> {
    const refused = (): Outcome[] => facts.map(() => ({ ok: false, message: this.#ended ?? CLOSED }));
    if (this.#ended !== null) return Promise.resolve(refused());
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#pending.set(id, (outcomes) => resolve(outcomes.length === facts.length ? outcomes : refused()));
      if (this.#asked.push({ id, facts }) === 1) setImmediate(() => this.#hand());
    });
  }

  /** Resolves once all that was asked is written and the file is closed. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#hand();
    if (this.#ended === null) this.#worker.postMessage('close' satisfies ToWriter);
    await this.#exited;
  }

  #hand(): void {
    if (this.#asked.length > 0) this.#worker.postMessage(this.#asked satisfies ToWriter);
    this.#asked = [];
  }

  #committed(committed: readonly { id: number; outcomes: Outcome[] }[]): void {
    for (const { id, outcomes } of committed) {
      this.#pending.get(id)?.(outcomes);
      this.#pending.delete(id);
    }
    if (committed.some(({ outcomes }) => outcomes.some(added))) this.#told.onAppended();
  }

  #refuseAll(message: string): void {
    this.#ended ??= message;
    for (const settle of [...this.#pending.values()]) settle([]);
    this.#pending.clear();
  }
}
