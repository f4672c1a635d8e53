import { Worker } from 'node:worker_threads';
import type { Fact, Outcome } from '../contract/facts.ts';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import { lastBackup } from './backup.ts';
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

  constructor(options: UpkeepClientOptions) {
    this.#to = options;
    this.#news = { alarms: [], lastBackup: lastBackup(options.file, options.clock.now()) };
    this.#cancelStart = options.clock.after(START_MS, () => this.#start());
  }

  get news(): UpkeepNews {
    return this.#news;
  }

  /** Resolves once the thread has ended; a backup that it is at work on comes to its end first. */
  async close(): Promise<void> {
    this.#cancelStart();
    this.#worker?.thread.postMessage('close' satisfies ToUpkeep);
    await this.#worker?.exited;
  }

  #start(): void {
    const { entry, file, keepDays } = this.#to;
    const thread = new Worker(entry, { workerData: { file, keepDays } satisfies UpkeepData });
    thread.on('message', (message: FromUpkeep) => {
      if ('news' in message) this.#news = message.news;
      else void this.#commit(thread, message.commit);
    });
    thread.on('error', (error) => {
      const ended = `The store is neither checked nor backed up any more (${messageOf(error)}): start Aurora again`;
      this.#news = { ...this.#news, alarms: [ended] };
    });
    this.#worker = { thread, exited: new Promise((resolve) => thread.once('exit', () => resolve())) };
  }

  async #commit(thread: Worker, fact: Fact): Promise<void> {
    const [outcome] = await this.#to.commit([fact]);
    thread.postMessage({ committed: outcome?.ok === true } satisfies ToUpkeep);
  }
}
