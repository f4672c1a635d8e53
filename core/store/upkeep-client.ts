import { Worker } from 'node:worker_threads';
import type { Fact, Outcome } from '../contract/facts.ts';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import { lastBackup } from './backup.ts';
import { StoreError } from './open.ts';
import type { MadeBackup } from './take-backup.ts';
import type { UpkeepNews } from './upkeep-loop.ts';
import type { FromUpkeep, ToUpkeep, UpkeepData } from './upkeep-thread.ts';

export interface UpkeepClientOptions extends UpkeepData {
  /** Where the thread starts: upkeep-thread.ts, or what a bundle made of it. */
  entry: URL;
  clock: Clock;
  commit: (facts: Fact[]) => Promise<Outcome[]>;
}

/** A start has other things to do first. */
const START_MS = 3_000;

/** The upkeep's thread as its owner sees it: it looks after the store beside main loop and writer. */
export class UpkeepClient {
  readonly #to: UpkeepClientOptions;
  readonly #cancelStart: Disposer;
  #worker: { thread: Worker; exited: Promise<void> } | null = null;
  #news: UpkeepNews;
  /** Who waits for a backup, in order of asking. */
  readonly #asked: { resolve(made: MadeBackup): void; reject(why: StoreError): void }[] = [];
  #closed = false;

  constructor(options: UpkeepClientOptions) {
    this.#to = options;
    this.#news = { alarms: [], lastBackup: lastBackup(options.file, options.clock.now()) };
    this.#cancelStart = options.clock.after(START_MS, () => this.#start());
  }

  get news(): UpkeepNews {
    return this.#news;
  }

  /** A backup as the store is now, made in the thread; rejects with StoreError where it cannot be. */
  backUp(): Promise<MadeBackup> {
    if (this.#closed) return Promise.reject(new StoreError('No backup was made: Aurora is stopping'));
    const thread = this.#worker?.thread ?? this.#start();
    thread.postMessage('backup' satisfies ToUpkeep);
    return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }));
  }

  /** Resolves once the thread has ended; a backup that it is at work on comes to its end first. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelStart();
    this.#worker?.thread.postMessage('close' satisfies ToUpkeep);
    await this.#worker?.exited;
  }

  #start(): Worker {
    this.#cancelStart();
    const { entry, file, keepDays } = this.#to;
    const thread = new Worker(entry, { workerData: { file, keepDays } satisfies UpkeepData });
    thread.on('message', (message: FromUpkeep) => {
      if ('news' in message) this.#news = message.news;
      else if ('backup' in message) this.#answer(message.backup);
      else void this.#commit(thread, message.commit);
    });
    thread.on('error', (error) => {
      const ended = `The store is neither checked nor backed up any more (${messageOf(error)}): start Aurora again`;
      this.#news = { ...this.#news, alarms: [ended] };
    });
    this.#worker = { thread, exited: new Promise((resolve) => thread.once('exit', () => resolve())) };
    void this.#worker.exited.then(() => {
      this.#closed = true;
      for (const { reject } of this.#asked.splice(0)) reject(new StoreError('No backup was made: nobody is at it'));
    });
    return thread;
  }

  #answer(backup: MadeBackup | { failed: string }): void {
    const asked = this.#asked.shift();
    if ('failed' in backup) asked?.reject(new StoreError(backup.failed));
    else asked?.resolve(backup);
  }

  async #commit(thread: Worker, fact: Fact): Promise<void> {
    const [outcome] = await this.#to.commit([fact]);
    thread.postMessage({ committed: outcome?.ok === true } satisfies ToUpkeep);
  }
}
