import { hostname } from 'node:os';
import type { StreamEntry } from '../contract/facts.ts';
import type { Clock } from '../kit/clock.ts';
import { Disposers } from '../kit/disposers.ts';
import { messageOf, NotPersistedError } from '../kit/errors.ts';
import { copiedEntry } from './copied-result.ts';
import { HEAD_KEY, RESULTS_CHANNEL, STREAM_KEY } from './redis-keys.ts';
import type { RedisLink } from './redis-link.ts';
import type { ResultStream } from './result-stream.ts';

/** What a consumer that has ended did not ack is taken over after so long. */
const CLAIM_MS = 30_000;
/** Whoever waits for more looks at least this often: what is told on a channel may be missed. */
const LOOK_MS = 1_000;

type RawEntry = [id: string, fields: string[] | null];

export interface RedisStreamOptions {
  link: RedisLink;
  clock: Clock;
  /** Which of a group's readers this is; two that read at the same time must not have one name. */
  consumer?: string;
  claimMs?: number;
}

export interface RedisStream extends ResultStream {
  close(): void;
}

/** The stream in Redis as a consumer group reads it: work that is shared out, and done once. */
export function redisStream({
  link,
  clock,
  consumer = `${hostname()}-${process.pid}`,
  claimMs = CLAIM_MS,
}: RedisStreamOptions): RedisStream {
  const { client } = link;
  const open = new Disposers();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  open.add(clock.every(LOOK_MS, tell));
  open.add(link.onReady(tell));
  const ears = client.duplicate();
  ears.on('error', () => {});
  ears.on('pmessage', tell);
  ears.on('ready', () => void ears.psubscribe(`${RESULTS_CHANNEL}*`).catch(() => {}));
  ears.connect().catch(() => {});
  /** Its own that were not acked, those of readers that have ended, and what is new, in this order. */
  const entriesOf = async (group: string, limit: number): Promise<RawEntry[]> => {
    await client.xautoclaim(STREAM_KEY, group, consumer, claimMs, '0', 'COUNT', limit);
    const own = await readGroup(group, limit, '0');
    if (own.length >= limit) return own;
    return [...own, ...(await readGroup(group, limit - own.length, '>'))];
  };
  const readGroup = async (group: string, limit: number, from: '0' | '>'): Promise<RawEntry[]> => {
    const read = await client.xreadgroup('GROUP', group, consumer, 'COUNT', limit, 'STREAMS', STREAM_KEY, from);
    return ((read as [string, RawEntry[]][] | null) ?? [])[0]?.[1] ?? [];
  };
  /** A group that Redis has lost, or never had, begins with the oldest that there is. */
  const withGroup = async (group: string, read: () => Promise<RawEntry[]>): Promise<RawEntry[]> => {
    try {
      return await read();
    } catch (error) {
      if (!messageOf(error).startsWith('NOGROUP')) throw error;
      if ((await client.exists(STREAM_KEY)) === 0) return [];
      await client.xgroup('CREATE', STREAM_KEY, group, '0');
      return read();
    }
  };

  return {
    async read(group, limit) {
      const raw = await withGroup(group, () => entriesOf(group, limit));
      if (raw.length === 0) return [];
      const [storeEpoch, head] = await client.hmget(HEAD_KEY, 'store_epoch', 'offset');
      const entries: StreamEntry[] = [];
      // What is deleted, or was not written by the relay, is acked and passed over.
      for (const [id, fields] of raw) {
        const entry = fields && copiedEntry(id, fields, storeEpoch ?? '');
        if (entry && entry.offset <= Number(head)) {
          const { offset, task_id, task_type, result } = entry;
          entries.push({ offset, task_id, task_type, result });
        } else await client.xack(STREAM_KEY, group, id);
      }
      return entries.sort((a, b) => a.offset - b.offset);
    },
    async ack(group, offset) {
      try {
        const own = (await client.xpending(STREAM_KEY, group, '-', `${offset}-0`, 10_000, consumer)) as [string][];
        if (own.length > 0) await client.xack(STREAM_KEY, group, ...own.map(([id]) => id));
      } catch (error) {
        throw new NotPersistedError(`The cursor of ${group} was not stored (${messageOf(error)})`, { cause: error });
      }
    },
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      open.close();
      ears.disconnect();
      link.close();
    },
  };
}
