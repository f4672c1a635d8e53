import { join } from 'node:path';
import type { Fact, Outcome } from '../contract/facts.ts';
import type { Origin } from '../contract/result.ts';
import { messageOf } from '../kit/errors.ts';
import { makeFolder } from '../kit/make-folder.ts';
import { StoreError } from './open.ts';
import { Reader } from './reader.ts';
import { WriterClient } from './writer-client.ts';

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
  /** Where the writer's thread starts: writer-thread.ts, or what a bundle made of it. */
  writerEntry: URL;
}

function prepare(folder: string): void {
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new StoreError(`The data folder ${folder} cannot be made (${messageOf(cause)}): choose another with --data`, {
      cause,
    });
  }
}

/** Opens the store of one origin and waits for its writer; throws StoreError where it cannot be used. */
export async function openStore({ folder, origin, writerEntry }: StoreOptions): Promise<Store> {
  prepare(folder);
  const file = join(folder, 'aurora.db');
  const listeners = new Set<() => void>();
  const writer = new WriterClient(writerEntry, { file, origin }, () => {
    for (const listener of [...listeners]) listener();
  });
  const storeEpoch = await writer.ready();
  const reader = new Reader(file);
  return {
    storeEpoch,
    reader,
    commit: (facts) => writer.commit(facts),
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await writer.close();
      reader.close();
    },
  };
}
