import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Fact, Outcome } from '../contract/facts.ts';
import type { Origin } from '../contract/result.ts';
import { messageOf } from '../kit/errors.ts';
import { StoreError } from './open.ts';
import { Reader } from './reader.ts';
import type { FromWriter, ToWriter, WriterData } from './writer-thread.ts';

export interface Store {
  readonly storeEpoch: string;
  readonly reader: Reader;
  /** Durable when it resolves: each fact's outcome in order. A refused fact left no trace. */
  commit(facts: Fact[]): Promise<Outcome[]>;
  /** Told of each commit that added results, after it. */
  onAppended(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface StoreOptions {
  folder: string;
  origin: Origin;
  /** Where the writer's thread starts; a bundle passes its own file. */
  writerEntry?: URL;
}

const added = (outcome: Outcome): boolean => outcome.ok && outcome.offset !== null && !outcome.duplicate;

const defaultEntry = new URL('./writer-thread.ts', import.meta.url);

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StoreError(`The data folder ${folder} cannot be made (${messageOf(cause)}): choose another with --data`, {
      cause,
    });
  }
}

/** Opens the store of one origin and waits for its writer; throws StoreError where it cannot be used. */
export async function openStore({ folder, origin, writerEntry = defaultEntry }: StoreOptions): Promise<Store> {
  makeFolder(folder);
  const file = join(folder, 'aurora.db');
  const worker = new Worker(writerEntry, { workerData: { file, origin } satisfies WriterData });
  const pending = new Map<number, (outcomes: Outcome[]) => void>();
  const listeners = new Set<() => void>();
  let lastId = 0;
  let ended: string | null = null;

  const refuseAll = (message: string): void => {
    ended ??= message;
    for (const settle of [...pending.values()]) settle([]);
    pending.clear();
  };
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      refuseAll('the store is closed');
      resolve();
    });
  });
  const storeEpoch = await new Promise<string>((resolve, reject) => {
    worker.on('error', (error) => {
      refuseAll(messageOf(error));
      reject(new StoreError(`The store's writer ended (${messageOf(error)})`, { cause: error }));
    });
    worker.once('exit', () => reject(new StoreError("The store's writer ended before it was ready")));
    worker.on('message', (message: FromWriter) => {
      if ('ready' in message) return resolve(message.ready.storeEpoch);
      if ('refused' in message) return reject(new StoreError(message.refused));
      for (const { id, outcomes } of message.committed) {
        pending.get(id)?.(outcomes);
        pending.delete(id);
      }
      if (message.committed.some(({ outcomes }) => outcomes.some(added))) for (const listener of [...listeners]) listener();
    });
  });
  const reader = new Reader(file);

  return {
    storeEpoch,
    reader,
    commit(facts) {
      const refused = (): Outcome[] => facts.map(() => ({ ok: false, message: ended ?? 'the store is closed' }));
      if (ended !== null) return Promise.resolve(refused());
      const id = ++lastId;
      return new Promise((resolve) => {
        pending.set(id, (outcomes) => resolve(outcomes.length === facts.length ? outcomes : refused()));
        worker.postMessage({ id, facts } satisfies ToWriter);
      });
    },
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      reader.close();
      if (ended === null) worker.postMessage('close' satisfies ToWriter);
      await exited;
    },
  };
}
