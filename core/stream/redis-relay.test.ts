import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { submitted } from '../store/testing/facts.ts';
import { HEAD_KEY, NEWEST_KEY, PROCESSING_KEY, STREAM_KEY } from './redis-keys.ts';
import { redisStream } from './redis-stream.ts';
import {
  type AStore,
  aLink,
  aRedis,
  aRelay,
  aStore,
  connected,
  copied,
  type RedisServer,
  until,
} from './testing/a-copied-store.ts';

type Entry = [id: string, fields: string[]];

/** A client of the test's own. */
function aClient(server: RedisServer): Redis {
  const client = new Redis(server.url, { retryStrategy: () => 50 });
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

const upTo = (last: number, first = 1): string[] =>
  Array.from({ length: last - first + 1 }, (_, at) => `${at + first}-0`);
const idsOf = async (client: Redis): Promise<string[]> => (await client.xrange(STREAM_KEY, '-', '+')).map(([id]) => id);

/** The newest of each symbol in Redis, by offset, and in the store. */
async function newestOf(client: Redis, store: AStore): Promise<{ redis: number[]; store: number[] }> {
  const held = Object.values(await client.hgetall(NEWEST_KEY)).map((text) => JSON.parse(text).result.offset as number);
  return {
    redis: held.sort((a, b) => a - b),
    store: store.reader.newestPerSymbol(Number.MAX_SAFE_INTEGER).map(({ offset }) => offset),
  };
}

async function setUp({ results = 20, kept }: { results?: number; kept?: number } = {}) {
  const server = await aRedis();
  const client = aClient(server);
  const store = aStore();
  store.append(results);
  const relay = aRelay(store, server, kept === undefined ? {} : { kept });
  await copied(store, relay);
  return { server, client, store, relay };
}

const healed = (relay: Awaited<ReturnType<typeof setUp>>['relay'], refills: number): Promise<unknown> =>
  until('the copy to be mended', () => relay.state().refills >= refills && relay.state().connected);

describe('the copy in Redis', () => {
  it('has each result under its offset, word for word, and the newest of each symbol', async () => {
    const { client, store } = await setUp();
    const entries = (await client.xrange(STREAM_KEY, '-', '+')) as Entry[];
    expect(entries.map(([id]) => id)).toEqual(upTo(20));
    const row = store.reader.outbox.at(3);
    expect(entries[2]?.[1]).toEqual([
      ...['task_id', 'task-3', 'task_type', 'trading_analysis', 'result', row?.body],
      ...['store_epoch', store.storeEpoch, 'hash', row?.hash, 'previous_hash', store.reader.outbox.at(2)?.hash],
    ]);
    const newest = await newestOf(client, store);
    expect(newest.redis).toEqual(newest.store);
    expect(await client.hgetall(HEAD_KEY)).toMatchObject({ store_epoch: store.storeEpoch, offset: '20' });
  });

  it('goes on behind what is there after a restart, and tells each result once on its channel', async () => {
    const { client, store, relay, server } = await setUp({ results: 5 });
    const ears = aClient(server);
    const heard: { offset: number; result: unknown }[] = [];
    ears.on('pmessage', (_pattern, _channel, text) => heard.push(JSON.parse(text)));
    await ears.psubscribe('aaos:results:*');
    await relay.close();
    store.append(6);
    const next = aRelay(store, server);
    await copied(store, next);
    expect(await idsOf(client)).toEqual(upTo(11));
    await until('all to be told', () => heard.length >= 6);
    expect(heard.map(({ offset }) => offset)).toEqual([6, 7, 8, 9, 10, 11]);
    expect(heard[0]).toMatchObject({ task_type: 'trading_analysis', result: { symbol: 'S6/USD', offset: 6 } });
    expect(heard[4]).toMatchObject({ task_id: 'task-10', task_type: 'report', result: { nth: 10 } });
  });

  it.each([
    ['emptied', (client: Redis) => client.flushall()],
    [
      'emptied while somebody else writes',
      async (client: Redis) => {
        await client.flushall();
        await client.xadd(STREAM_KEY, '7-0', 'task_id', 'not-ours');
      },
    ],
    ['without its stream', (client: Redis) => client.del(STREAM_KEY)],
    ['without its head', (client: Redis) => client.del(HEAD_KEY)],
    [
      'with a text in place of the stream',
      async (client: Redis) => {
        await client.set(STREAM_KEY, 'text');
      },
    ],
  ])('is the same again in a Redis that was %s', async (_how, harm) => {
    const { client, store, relay } = await setUp();
    await harm(client);
    store.append(5);
    await healed(relay, 1);
    await copied(store, relay);
    expect(await idsOf(client)).toEqual(upTo(25));
    const newest = await newestOf(client, store);
    expect(newest.redis).toEqual(newest.store);
  });

  it('is taken up where an old Redis stands', async () => {
    const { client, store, relay, server } = await setUp();
    await client.save();
    store.append(30);
    await copied(store, relay);
    await server.kill();
    await server.start();
    await until('the copy to be filled up', async () => (await client.xlen(STREAM_KEY).catch(() => 0)) === 50);
    expect(await idsOf(client)).toEqual(upTo(50));
    const newest = await newestOf(client, store);
    expect(newest.redis).toEqual(newest.store);
  });

  it('loses what strangers wrote, and neither they nor a group hold up what comes', async () => {
    const { client, store, relay } = await setUp();
    await client.xgroup('CREATE', STREAM_KEY, 'readers', '0');
    const forged = ['task_id', 'x', 'task_type', 'trading_analysis', 'result', '{}', 'store_epoch', store.storeEpoch];
    await client.xadd(STREAM_KEY, '20-7', ...forged);
    await client.xadd(STREAM_KEY, '999999-0', ...forged, 'hash', 'none');
    await client.xreadgroup('GROUP', 'readers', 'one', 'COUNT', 100, 'STREAMS', STREAM_KEY, '>');
    await healed(relay, 1);
    store.append(5);
    await copied(store, relay);
    expect(await idsOf(client)).toEqual(upTo(25));
    expect(relay.state().forged).toBe(2);
    const read = await client.xreadgroup('GROUP', 'readers', 'one', 'COUNT', 100, 'STREAMS', STREAM_KEY, '>');
    expect((read as [string, Entry[]][])[0]?.[1].map(([id]) => id)).toEqual(upTo(25, 21));
  });

  it('is put away where it is of another life of the store', async () => {
    const { client, store, relay, server } = await setUp();
    const before = store.storeEpoch;
    await relay.close();
    await store.commit([{ kind: 'set_aside', rows: [{ offset: 4, reason: 'damaged' }], at: 0 }]);
    expect(store.storeEpoch).not.toBe(before);
    await copied(store, aRelay(store, server));
    expect(await client.xlen(`${STREAM_KEY}:${before}`)).toBe(20);
    expect(await client.ttl(`${STREAM_KEY}:${before}`)).toBeGreaterThan(0);
    expect(await idsOf(client)).toEqual([...upTo(3), ...upTo(20, 5)]);
    expect(await client.hget(HEAD_KEY, 'store_epoch')).toBe(store.storeEpoch);
  });

  it('keeps as many as it is to, and what a group has not acked', async () => {
    const { client, store, relay } = await setUp({ results: 50, kept: 100 });
    await client.xgroup('CREATE', STREAM_KEY, 'standing-still', '0');
    await client.xreadgroup('GROUP', 'standing-still', 'one', 'COUNT', 30, 'STREAMS', STREAM_KEY, '>');
    await client.xack(STREAM_KEY, 'standing-still', ...upTo(20));
    const grow = async (): Promise<void> => {
      for (let round = 0; round < 5; round += 1) {
        store.append(200);
        await copied(store, relay);
      }
    };
    await grow();
    const held = await idsOf(client);
    expect(upTo(1_050, 21).every((id) => held.includes(id))).toBe(true);
    await client.xgroup('DESTROY', STREAM_KEY, 'standing-still');
    await grow();
    expect(await client.xlen(STREAM_KEY)).toBeLessThan(300);
    // A Redis that was emptied gets that much back, and the newest of every symbol all the same.
    await client.flushall();
    await healed(relay, 1);
    await copied(store, relay);
    expect((await idsOf(client)).length).toBeLessThanOrEqual(200);
    expect((await newestOf(client, store)).redis).toEqual((await newestOf(client, store)).store);
  });

  it('has the tasks that are within a Sovereign call', async () => {
    const { client, store } = await setUp({ results: 1 });
    const mark = (processing: boolean) => {
      const [fact] = [submitted('in-a-call')];
      if (fact?.kind !== 'submitted') throw new Error('no task');
      return { kind: 'changed' as const, task: { ...fact.task, state: 'assigned' as const, processing } };
    };
    await store.commit([submitted('in-a-call'), mark(true)]);
    await until('the mark', async () => (await client.smembers(PROCESSING_KEY)).includes('in-a-call'));
    await store.commit([mark(false)]);
    await until('no mark', async () => (await client.scard(PROCESSING_KEY)) === 0);
  });

  it('of two engines is nobody’s, and they say what is wrong', async () => {
    const { server, relay } = await setUp();
    const other = aStore();
    other.append(3);
    const second = aRelay(other, server);
    await until(
      'one of them to complain',
      () => [relay, second].some((one) => /another engine writes/.test(one.state().message ?? '')),
      20_000,
    );
  });

  it('comes back by itself after Redis was away, from a group’s view too', async () => {
    const { server, store, relay } = await setUp();
    const link = aLink(server);
    const stream = redisStream({ link, clock: systemClock() });
    onTestFinished(() => stream.close());
    await connected(link);
    expect(await stream.read('aurora_bridge', 100)).toHaveLength(20);
    await stream.ack('aurora_bridge', 20);
    await server.kill();
    store.append(10);
    await server.start();
    await copied(store, relay);
    await connected(link);
    // It kept nothing, so neither did the group: at least once.
    expect((await stream.read('aurora_bridge', 100)).map(({ offset }) => offset)).toEqual(
      Array.from({ length: 30 }, (_, at) => at + 1),
    );
    expect(relay.state()).toMatchObject({ lag: 0, message: null });
    expect(relay.state().reconnects).toBeGreaterThan(0);
  });
});
