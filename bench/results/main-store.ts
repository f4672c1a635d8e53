import { join } from 'node:path';
import type { Fact, Outcome } from '../../core/contract/facts.ts';
import { systemClock } from '../../core/kit/clock.ts';
import { passBy } from '../../core/kit/fault-points.ts';
import { systemIds } from '../../core/kit/ids.ts';
import { Ballast } from '../../core/store/ballast.ts';
import { Reader } from '../../core/store/reader.ts';
import { Session } from '../../core/store/session.ts';
import type { Store } from '../../core/store/store.ts';
import { type CommitRequest, type FromWriter, WriterLoop } from '../../core/store/writer-loop.ts';

/** The store as it would be without a thread: what a turn of the main loop has brought is one commit on it. */
export function mainStore(folder: string): Store {
  const file = join(folder, 'aurora.db');
  const clock = systemClock();
  const asked = new Map<number, (outcomes: Outcome[]) => void>();
  const listeners = new Set<() => void>();
  let storeEpoch = '';
  const tell = (message: FromWriter): void => {
    if ('ready' in message) storeEpoch = message.ready.storeEpoch;
    if (!('committed' in message)) return;
    for (const { id, outcomes } of message.committed) {
      asked.get(id)?.(outcomes);
      asked.delete(id);
    }
    for (const listener of listeners) listener();
  };
  const loop = new WriterLoop({
    open: () => new Session({ file, origin: 'live', now: clock.now, newId: systemIds.id, at: passBy }),
    ballast: new Ballast(`${file}.ballast`),
    clock,
    tell,
  });
  const reader = new Reader(file);
  const waiting: CommitRequest[] = [];
  let lastId = 0;
  return {
    storeEpoch,
    reader,
    export: () => [].values(),
    commit(facts: Fact[]) {
      if (waiting.length === 0) setImmediate(() => loop.take(waiting.splice(0)));
      const id = ++lastId;
      waiting.push({ id, facts });
      return new Promise((resolve) => asked.set(id, resolve));
    },
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onRenewed: () => {},
    health: () => ({ not_saved: null, warnings: [] }),
    lastBackup: () => null,
    backUp: () => Promise.reject(new Error('this store is of no use after its measurement')),
    async close() {
      loop.close();
      reader.close();
    },
  };
}
