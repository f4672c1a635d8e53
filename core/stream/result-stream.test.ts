import { onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { type RedisStream, redisStream } from './redis-stream.ts';
import { sqliteStream } from './sqlite-stream.ts';
import { aLink, aRedis, aRelay, aStore, connected, copied } from './testing/a-copied-store.ts';
import { streamCases } from './testing/stream-cases.ts';

streamCases('SQLite', async () => {
  const store = aStore();
  let broken = false;
  const breakable = {
    ...store,
    commit: async (facts: Parameters<typeof store.commit>[0]) =>
      broken ? facts.map(() => ({ ok: false as const, message: 'the disk is full' })) : store.commit(facts),
  };
  return {
    stream: sqliteStream(breakable),
    append: async (count) => store.append(count),
    reopen: async () => sqliteStream(store),
    breakDown: async () => {
      broken = true;
    },
  };
});

streamCases('Redis', async () => {
  const server = await aRedis();
  const store = aStore();
  const relay = aRelay(store, server);
  const open = async (consumer: string): Promise<RedisStream> => {
    const link = aLink(server, consumer);
    const stream = redisStream({ link, clock: systemClock(), consumer, claimMs: 0 });
    onTestFinished(() => stream.close());
    await connected(link);
    return stream;
  };
  const stream = await open('host-1');
  return {
    stream,
    async append(count) {
      store.append(count);
      await copied(store, relay);
    },
    async reopen() {
      stream.close();
      return open('host-2');
    },
    breakDown: () => server.kill(),
  };
});
