import { join } from 'node:path';
import type { ExportQuery } from '../contract/export.ts';
import type { Fact, Outcome } from '../contract/facts.ts';
import type { Origin } from '../contract/result.ts';
import { systemClock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import { makeFolder } from '../kit/make-folder.ts';
import { exportResults } from './export.ts';
import { isUnreadable } from './failure.ts';
import { StoreError } from './open.ts';
import { Reader } from './reader.ts';
import type { MadeBackup } from './take-backup.ts';
import { UpkeepClient } from './upkeep-client.ts';
import { WriterClient } from './writer-client.ts';
import type { StoreHealth } from './writer-loop.ts';

export interface Store {
  readonly storeEpoch: string;
  readonly reader: Reader;
  /** Stored results as text, piece by piece, each read when it is asked for. */
  export(query: ExportQuery): Iterator<string>;
  /** Durable when it resolves: each fact's outcome in order. A refused fact left no trace. */
  commit(facts: Fact[]): Promise<Outcome[]>;
  /** Told of each commit that added results, after it. */
  onAppended(listener: () => void): () => void;
  /** Told once where what is stored is not what it was: nothing is written until the store is opened anew. */
  onRenewed(listener: (why: string) => void): void;
  health(): StoreHealth;
  /** When the newest backup was taken, epoch ms; null where there is none. */
  lastBackup(): number | null;
  /** A backup as the store is now; rejects with StoreError where none can be made. */
  backUp(): Promise<MadeBackup>;
  close(): Promise<void>;
}

export interface StoreOptions {
  folder: string;
  origin: Origin;
  /** Where the writer's thread starts: writer-thread.ts, or what a bundle made of it. */
  writerEntry: URL;
  /** Who looks after it while it is open; nobody where it is left out. */
  upkeep?: {
    /** Where that thread starts: upkeep-thread.ts, or what a bundle made of it. */
    entry: URL;
    /** How many days a result is kept; null for ever. */
    keepDays: number | null;
  };
  /** Where a test wants this process, or the writer's thread, to end (kit/fault-points.ts). */
  killAt?: string | null;
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

/** The same reader, which tells of a page that cannot be read, and throws as before. */
function watched(reader: Reader, onUnreadable: (error: unknown) => void): Reader {
  return new Proxy(reader, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name, target);
      if (typeof found !== 'function') return found;
      return (...args: unknown[]): unknown => {
        try {
          return Reflect.apply(found, target, args);
        } catch (error) {
          if (isUnreadable(error)) onUnreadable(error);
          throw error;
        }
      };
    },
  });
}

async function readerBeside(
  file: string,
  writer: WriterClient,
  onUnreadable: (error: unknown) => void,
): Promise<Reader> {
  try {
    return watched(new Reader(file), onUnreadable);
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** Opens the store of one origin and waits for its writer; throws StoreError where it cannot be used. */
export async function openStore({ folder, origin, writerEntry, upkeep, killAt = null }: StoreOptions): Promise<Store> {
  prepare(folder);
  const file = join(folder, 'aurora.db');
  const listeners = new Set<() => void>();
  const renewedListeners = new Set<(why: string) => void>();
  let renewed: string | null = null;
  const renew = (why: string): void => {
    if (renewed !== null) return;
    renewed = why;
    for (const listener of [...renewedListeners]) listener(why);
  };
  const writer = new WriterClient(
    writerEntry,
    { file, origin, killAt },
    {
      onAppended: () => {
        for (const listener of [...listeners]) listener();
      },
      onRenewed: renew,
    },
  );
  const storeEpoch = await writer.ready();
  const reader = await readerBeside(file, writer, (error) =>
    renew(`the store could not be read (${messageOf(error)})`),
  );
  const clock = systemClock();
  const keeper = upkeep && new UpkeepClient({ ...upkeep, file, clock, commit: (facts) => writer.commit(facts) });
  return {
    storeEpoch,
    reader,
    export: (query) => exportResults(file, query),
    commit: (facts) => writer.commit(facts),
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onRenewed(listener) {
      renewedListeners.add(listener);
      if (renewed !== null) listener(renewed);
    },
    health: () => ({ ...writer.health, warnings: [...writer.health.warnings, ...(keeper?.news.alarms ?? [])] }),
    lastBackup: () => keeper?.news.lastBackup ?? null,
    backUp: () =>
      keeper?.backUp() ?? Promise.reject(new StoreError('No backup was made: nobody looks after this store')),
    async close() {
      await keeper?.close();
      await writer.close();
      reader.close();
    },
  };
}
