import type { StreamEntry } from '../contract/facts.ts';

/** Durable, at least once to each group, in offset order; an entry comes back until it is acked (R9). */
export interface ResultStream {
  read(group: string, limit: number): Promise<readonly StreamEntry[]>;
  /** Moves the group's cursor up to an offset; throws NotPersistedError where that is not stored. */
  ack(group: string, offset: number): Promise<void>;
  /** Told when there may be more to read. */
  onAppended(listener: () => void): () => void;
}
