import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from '../../../e2e/support/program.ts';
import { RedisServer } from '../../../e2e/support/redis.ts';
import type { Fact } from '../../contract/facts.ts';
import { systemClock } from '../../kit/clock.ts';
import { Reader } from '../../store/reader.ts';
import { openSession } from '../../store/testing/a-store.ts';
import { aFolder, completed, submitted } from '../../store/testing/facts.ts';
import { redisAddress } from '../redis-address.ts';
import { RedisLink } from '../redis-link.ts';
import { RedisRelay } from '../redis-relay.ts';

export { type RedisServer, until };

export const noLog = { info: () => {}, warn: () => {}, error: () => {} };

/** A Redis of the test's own, gone when it is over. */
export async function aRedis(more: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const server = await RedisServer.start(aFolder(), more);
  onTestFinished(() => server.stop());
  return server;
}

export const aLink = (server: RedisServer, name = 'test'): RedisLink =>
  new RedisLink(redisAddress(server.url, false), name, noLog);

export interface AStore {
  readonly storeEpoch: string;
  readonly reader: Reader;
  readonly file: string;
  /** Stores the next results: the third is the only one of its symbol, every tenth is of a user's own type. */
  append(count: number): void;
  commit(facts: Fact[]): Promise<ReturnType<ReturnType<typeof openSession>['commit']>[number]>;
  onAppended(listener: () => void): () => void;
}

/** A store that is written to in the test's own thread. */
export function aStore(given: Parameters<typeof openSession>[1] = {}, file = join(aFolder(), 'aurora.db')): AStore {
  const session = openSession(file, given);
  const reader = new Reader(file);
  const listeners = new Set<() => void>();
  onTestFinished(() => {
    reader.close();
    session.close();
  });
  let stored = reader.lastOffset();
  return {
    get storeEpoch() {
      return session.writer.tail.epoch;
    },
    reader,
    file,
    append(count) {
      const facts = Array.from({ length: count }, () => {
        stored += 1;
        return resultOf(stored);
      });
      session.commit(facts);
      for (const listener of listeners) listener();
    },
    async commit(facts) {
      return session.commit([facts])[0] ?? [];
    },
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function resultOf(nth: number): Fact[] {
  const task_id = `task-${nth}`;
  const symbol = nth === 3 ? 'RARE/USD' : `S${nth % 7}/USD`;
  const done = completed(task_id, { symbol, at: nth, lease: nth });
  if (nth % 10 !== 0) return [submitted(task_id, { symbol }), done];
  const own = { ...done, task_type: 'report', settled: null, opaque: { nth }, raw_content: null };
  return [submitted(task_id, { task_type: 'report' }), own];
}

/** Copies a store to a Redis until the test is over. */
export function aRelay(
  store: AStore,
  server: RedisServer,
  { kept, link = aLink(server, 'relay') }: { kept?: number; link?: RedisLink } = {},
): RedisRelay {
  const relay = new RedisRelay({
    link,
    storeEpoch: store.storeEpoch,
    outbox: store.reader.outbox,
    onAppended: store.onAppended,
    screen: () => ({}),
    clock: systemClock(),
    log: noLog,
    ...(kept === undefined ? {} : { kept }),
  });
  onTestFinished(() => relay.close());
  return relay;
}

export const connected = (link: RedisLink): Promise<unknown> => until('a connection to Redis', () => link.isReady);

/** Resolves once all that is stored is in Redis. */
export const copied = (store: AStore, relay: RedisRelay): Promise<unknown> =>
  until('the copy', () => {
    const { connected, lag, offset } = relay.state();
    return connected && lag === 0 && offset === store.reader.lastOffset();
  });
