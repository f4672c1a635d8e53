import type { Fact, Outcome, StreamEntry } from '../contract/facts.ts';
import { NotPersistedError } from '../kit/errors.ts';
import type { ResultStream } from './result-stream.ts';

/** What the stream needs of a store: the results table is the outbox. */
interface StreamStore {
  commit(facts: Fact[]): Promise<Outcome[]>;
  onAppended(listener: () => void): () => void;
  readonly reader: {
    resultsAfter(offset: number, limit: number): StreamEntry[];
    ackedOffset(group: string): number;
  };
}

export function sqliteStream(store: StreamStore): ResultStream {
  const acked = new Map<string, number>();
  const cursor = (group: string): number => acked.get(group) ?? store.reader.ackedOffset(group);
  return {
    async read(group, limit) {
      return store.reader.resultsAfter(cursor(group), limit);
    },
    async ack(group, offset) {
      const [outcome] = await store.commit([{ kind: 'group_ack', group, offset }]);
      if (!outcome?.ok) throw new NotPersistedError(`The cursor of ${group} was not stored (${outcome?.message})`);
      acked.set(group, offset);
    },
    onAppended: store.onAppended,
  };
}
