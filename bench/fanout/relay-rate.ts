import { performance } from 'node:perf_hooks';
import { Redis } from 'ioredis';
import { aFolder } from '../../e2e/support/folders.ts';
import { RedisServer } from '../../e2e/support/redis.ts';
import { median } from '../rounds.ts';
import { Source } from './source.ts';

const AT_ONCE = 200;

export interface RelayRates {
  results: number;
  /** Results a second, one figure a round. */
  relay: number[];
  raw: number[];
  ratio: number;
}

/** Results a second through the relay, and the same entries by nothing but XADD, pipelined as many at a time. */
export async function relayRate(results: number, rounds: number): Promise<RelayRates> {
  const source = new Source(500);
  for (let left = results; left > 0; left -= AT_ONCE) source.append(Math.min(AT_ONCE, left));
  const rates: RelayRates = { results, relay: [], raw: [], ratio: 0 };
  // One round to warm up.
  for (let round = 0; round <= rounds; round += 1) {
    const [relay, raw] = [await throughRelay(source), await rawRate(source)];
    if (round === 0) continue;
    rates.relay.push(relay);
    rates.raw.push(raw);
  }
  source.close();
  return { ...rates, ratio: median(rates.relay) / median(rates.raw) };
}

async function throughRelay(source: Source): Promise<number> {
  const redis = await RedisServer.start(aFolder());
  const start = performance.now();
  const relay = await source.relayTo(redis.url, source.stored);
  const seconds = (performance.now() - start) / 1_000;
  await relay.close();
  await redis.stop();
  return source.stored / seconds;
}

async function rawRate(source: Source): Promise<number> {
  const redis = await RedisServer.start(aFolder());
  const client = new Redis(redis.url);
  await client.ping();
  const rows = source.reader.outbox.after(0, source.stored);
  const start = performance.now();
  for (let first = 0; first < rows.length; first += AT_ONCE) {
    const pipeline = client.pipeline();
    for (const { offset, task_id, task_type, body, hash, previous_hash } of rows.slice(first, first + AT_ONCE))
      pipeline.xadd(
        'raw',
        `${offset}-0`,
        ...['task_id', task_id, 'task_type', task_type, 'result', body],
        ...['store_epoch', 'epoch', 'hash', hash, 'previous_hash', previous_hash],
      );
    await pipeline.exec();
  }
  const seconds = (performance.now() - start) / 1_000;
  client.disconnect();
  await redis.stop();
  return rows.length / seconds;
}
