import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { chainHash } from '../store/chain.ts';
import { type Copy, RedisFollower } from './redis-follower.ts';
import { HEAD_KEY, NEWEST_KEY, STREAM_KEY } from './redis-keys.ts';
import { aLink, aRedis, aRelay, aStore, copied, noLog, type RedisServer, until } from './testing/a-copied-store.ts';

async function setUp({ kept, results = 20 }: { kept?: number; results?: number } = {}) {
  const server = await aRedis();
  const client = new Redis(server.url, { retryStrategy: () => 50 });
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  const store = aStore();
  store.append(results);
  const relay = aRelay(store, server, kept === undefined ? {} : { kept });
  await copied(store, relay);
  const copies: Copy[] = [];
  const read: number[] = [];
  const link = aLink(server, 'follower');
  const follower = new RedisFollower({
    link,
    clock: systemClock(),
    log: noLog,
    onCopy: (copy) => copies.push(copy),
    onResult: (offset) => read.push(offset),
    onScreen: () => {},
  });
  onTestFinished(() => follower.close());
  await until('the copy', () => copies.length > 0);
  return { server, client, store, relay, copies, read, follower, link };
}

const upTo = (last: number, first: number): number[] => Array.from({ length: last - first + 1 }, (_, at) => at + first);

/** One that comes when there is a copy already. */
function aLateFollower(server: RedisServer) {
  const copies: Copy[] = [];
  const late = new RedisFollower({
    link: aLink(server, 'late'),
    clock: systemClock(),
    log: noLog,
    onCopy: (copy) => copies.push(copy),
    onResult: () => {},
    onScreen: () => {},
  });
  onTestFinished(() => late.close());
  return { late, copies };
}

describe('who follows the copy', () => {
  it('begins with the newest of each symbol and goes on with what comes, in order and once', async () => {
    const { store, copies, read } = await setUp();
    const newest = store.reader.newestPerSymbol(20);
    expect(copies[0]?.records.toSorted((a, b) => a.offset - b.offset)).toEqual(newest);
    expect(copies[0]).toMatchObject({ storeEpoch: store.storeEpoch, offset: 20 });
    store.append(30);
    await until('all of it', () => read.length >= 30);
    expect(read).toEqual(upTo(50, 21));
    expect(copies).toHaveLength(1);
  });

  it('reads on from where it was in a Redis that was emptied, and takes nothing twice', async () => {
    const { client, store, read } = await setUp();
    await client.flushall();
    store.append(5);
    await until('all of it', () => read.includes(25));
    expect(read).toEqual(upTo(25, 21));
  });

  it('passes over what strangers wrote, counts it, and misses nothing of what comes in its place', async () => {
    const { client, store, read, follower, relay, copies } = await setUp();
    const [, last = []] = (await client.xrevrange(STREAM_KEY, '+', '-', 'COUNT', 1))[0] ?? [];
    const forged = last.map((text) => text.replace('"offset":20', '"offset":21').replace('0.8', '0.9'));
    await client.xadd(STREAM_KEY, '21-0', ...forged);
    await until('it to be counted', () => follower.forged > 0);
    store.append(4);
    await copied(store, relay);
    await until('all of it', () => read.at(-1) === 24 || copies.at(-1)?.offset === 24);
    const records = copies.flatMap((copy) => copy.records);
    expect(records.every(({ confidence }) => confidence === 0.8)).toBe(true);
    expect(relay.state().forged).toBe(1);
  });

  it.each([
    ['that all adds up', true, {}],
    ['of another life', false, { store_epoch: 'another' }],
    ['whose hash is not that of its record', false, { hash: 'f'.repeat(64) }],
    ['whose record is not that of its hash', false, { result: (text: string) => text.replace('0.8', '0.9') }],
    ['that is no record', false, { task_id: 'x', result: '{"offset":21}' }],
  ])('an entry %s is believed: %s', async (_how, believed, given) => {
    const { client, follower, relay, store, read } = await setUp();
    await relay.close();
    // As the relay would have appended it.
    const before = store.reader.outbox.at(19);
    const { hash: previous_hash } = store.reader.outbox.at(20) ?? { hash: '' };
    const { hash: _old, ...record } = JSON.parse(before?.body ?? '') as Record<string, unknown>;
    const unhashed = { ...record, offset: 21 };
    const hash = chainHash(previous_hash, unhashed);
    const entry = {
      task_id: 'task-21',
      task_type: 'trading_analysis',
      result: JSON.stringify({ ...unhashed, hash }),
      store_epoch: store.storeEpoch,
      hash,
      previous_hash,
    };
    const { result = entry.result, ...more } = given as { result?: string | ((text: string) => string) };
    const text = typeof result === 'function' ? result(entry.result) : result;
    await client.hset(HEAD_KEY, 'offset', 21);
    await client.xadd(STREAM_KEY, '21-0', ...Object.entries({ ...entry, ...more, result: text }).flat());
    await until('it to be read', () => follower.forged > 0 || read.includes(21));
    expect(read.includes(21)).toBe(believed);
  });

  it('believes no newest result that does not add up', async () => {
    const { client, store, server } = await setUp();
    const text = (await client.hget(NEWEST_KEY, 'S1/USD')) ?? '';
    await client.hset(NEWEST_KEY, 'S1/USD', text.replace('"confidence":0.8', '"confidence":0.9'));
    const { late, copies } = aLateFollower(server);
    await until('the copy', () => copies.length > 0);
    expect(late.forged).toBe(1);
    expect(copies[0]?.records).toHaveLength(store.reader.newestPerSymbol(20).length - 1);
  });

  it('reads the newest anew where what it had not read was trimmed meanwhile', async () => {
    const { store, relay, copies, read, link } = await setUp({ kept: 100 });
    link.client.disconnect();
    for (let round = 0; round < 6; round += 1) {
      store.append(100);
      await copied(store, relay);
    }
    await link.client.connect();
    await until('the newest', () => copies.length > 1);
    expect(copies[1]?.offset).toBe(620);
    expect(copies[1]?.records.map(({ offset }) => offset).sort()).toEqual(
      store.reader.newestPerSymbol(620).map(({ offset }) => offset),
    );
    store.append(1);
    await until('what comes', () => read.at(-1) === 621);
  });

  it('begins anew with another life of the store, and not with one that has ended', async () => {
    const { client, store, relay, copies, server, follower } = await setUp();
    const before = await client.hgetall(HEAD_KEY);
    await relay.close();
    await store.commit([{ kind: 'set_aside', rows: [{ offset: 4, reason: 'damaged' }], at: 0 }]);
    const next = aRelay(store, server);
    await until('the new life', () => copies.at(-1)?.storeEpoch === store.storeEpoch);
    const told = copies.length;
    await next.close();
    await client.hset(HEAD_KEY, { ...before, offset: 19 });
    await until('it to be seen', () => follower.head === 19);
    store.append(1);
    await copied(store, aRelay(store, server));
    await until('what came', async () => (await client.hget(HEAD_KEY, 'offset')) === '21');
    expect(copies.slice(told).every(({ storeEpoch }) => storeEpoch === store.storeEpoch)).toBe(true);
  });

  it('begins anew with another life although the clock was set back since the one before', async () => {
    const { client, store, relay, server } = await setUp();
    await relay.close();
    await client.hset(HEAD_KEY, 'begun_ms', Date.now() + 3_600_000);
    const { copies } = aLateFollower(server);
    await until('the life before', () => copies.length > 0);
    await store.commit([{ kind: 'set_aside', rows: [{ offset: 4, reason: 'damaged' }], at: 0 }]);
    aRelay(store, server);
    await until('the new life', () => copies.at(-1)?.storeEpoch === store.storeEpoch);
  });
});
