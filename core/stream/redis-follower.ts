import { z } from 'zod';
import type { TradingAnalysisResult } from '../contract/result.ts';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';
import { type CopiedResult, copiedEntry, copiedNewest } from './copied-result.ts';
import { HEAD_KEY, NEWEST_KEY, SCREEN_KEY, STREAM_KEY } from './redis-keys.ts';
import type { RedisLink } from './redis-link.ts';

const READ_LIMIT = 500;
/** How long a reading waits for something new before it looks at the rest. */
const BLOCK_MS = 500;
/** Where Redis is not in order the relay is about to mend it. */
const PAUSE_MS = 250;

const count = z.coerce.number().int().nonnegative();
const headSchema = z.object({
  store_epoch: z.string().min(1),
  begun_ms: count,
  now_ms: count,
  offset: count,
  hash: z.string(),
});
type Head = z.output<typeof headSchema>;

/** The newest of each symbol, and what comes after goes on from there. */
export interface Copy {
  storeEpoch: string;
  offset: number;
  records: readonly TradingAnalysisResult[];
}

export interface FollowerOptions {
  link: RedisLink;
  clock: Clock;
  log: Log;
  /** Told of the copy at first, after each hole in the stream, and of that of another life of the store. */
  onCopy(copy: Copy): void;
  /** Told of each result after it, in order; a user's own type has no record. */
  onResult(offset: number, record: TradingAnalysisResult | null): void;
  /** Told of what the engine shows beside the results, as it wrote it. */
  onScreen(text: string): void;
}

/**
 * Reads the copy in Redis from its own cursor, for whoever shows all of it. What the relay has not written is
 * ignored; a Redis that was emptied or set back is waited for, and never takes back what was read.
 */
export class RedisFollower {
  readonly #to: FollowerOptions;
  readonly #stopListening: Disposer;
  readonly #running: Promise<void>;
  #life: Pick<Head, 'store_epoch' | 'begun_ms'> | null = null;
  /** Where it has read up to; null where the copy has to be read anew. */
  #at: Pick<Head, 'offset' | 'hash'> | null = null;
  /** The highest offset read in this life, which a copy from before must not take back. */
  #reached = 0;
  #head = 0;
  #heard: { now_ms: number; at: number };
  #forged = 0;
  #lastForged = '';
  #closed = false;
  #wake = (): void => {};

  constructor(options: FollowerOptions) {
    this.#to = options;
    this.#heard = { now_ms: 0, at: options.clock.monotonic() };
    this.#stopListening = options.link.onReady(() => this.#wake());
    this.#running = this.#run();
  }

  /** How far the copy in Redis has come by what was last seen of it. */
  get head(): number {
    return this.#head;
  }

  /** Entries that the relay has not written. */
  get forged(): number {
    return this.#forged;
  }

  /** How long nothing has been heard of the engine, ms. */
  silence(): number {
    return this.#to.clock.monotonic() - this.#heard.at;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    this.#to.link.close();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { link, log } = this.#to;
    while (!this.#closed) {
      if (!link.isReady) {
        await this.#pause(null);
        continue;
      }
      try {
        if (this.#at === null) await this.#readCopy();
        else await this.#readOn(this.#at);
      } catch (error) {
        if (this.#closed) return;
        log.warn({ redis: link.says, error: messageOf(error) }, 'the stream could not be read: tried again');
        await this.#pause(PAUSE_MS);
      }
    }
  }

  /** Waits so long, or for the next connection. */
  async #pause(ms: number | null): Promise<void> {
    if (this.#closed) return;
    const { clock, link } = this.#to;
    let cancel: Disposer = () => {};
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (ms !== null) cancel = clock.after(ms, resolve);
      else if (link.isReady) resolve();
    });
    cancel();
  }

  async #readCopy(): Promise<void> {
    const { client } = this.#to.link;
    const replies = await client.multi().hgetall(HEAD_KEY).hgetall(NEWEST_KEY).get(SCREEN_KEY).exec();
    const [head, newest, screen] = (replies ?? []).map(([, reply]) => reply);
    const parsed = headSchema.safeParse(head);
    if (!parsed.success || this.#isPast(parsed.data)) return this.#pause(PAUSE_MS);
    const { store_epoch, begun_ms, offset, hash } = parsed.data;
    const records = Object.entries((newest ?? {}) as Record<string, string>).flatMap(([symbol, text]) => {
      const record = copiedNewest(symbol, text);
      if (!record || record.offset > offset) this.#forged += 1;
      return record && record.offset <= offset ? record : [];
    });
    this.#hear(parsed.data);
    if (store_epoch === this.#life?.store_epoch && offset < this.#reached) return this.#pause(PAUSE_MS);
    this.#life = { store_epoch, begun_ms };
    this.#at = { offset, hash };
    this.#reached = offset;
    if (typeof screen === 'string') this.#to.onScreen(screen);
    this.#to.onCopy({ storeEpoch: store_epoch, offset, records });
  }

  /** Whether this is a life of the store that has ended: Redis was set back. */
  #isPast({ store_epoch, begun_ms }: Head): boolean {
    return this.#life !== null && store_epoch !== this.#life.store_epoch && begun_ms <= this.#life.begun_ms;
  }

  async #readOn(at: Pick<Head, 'offset' | 'hash'>): Promise<void> {
    const { client } = this.#to.link;
    const read = await client.xread('COUNT', READ_LIMIT, 'BLOCK', BLOCK_MS, 'STREAMS', STREAM_KEY, `${at.offset}-0`);
    // Read after the entries, so that it reaches as far as the relay's own do.
    const [head, screen] = await this.#readHead();
    if (head === null || this.#isPast(head)) return this.#pause(PAUSE_MS);
    if (head.store_epoch !== this.#life?.store_epoch) {
      this.#at = null;
      return;
    }
    if (screen !== null) this.#to.onScreen(screen);
    for (const [id, fields] of read?.[0]?.[1] ?? []) if (!(await this.#take(id, fields, head))) return;
  }

  async #readHead(): Promise<[Head | null, string | null]> {
    const { client } = this.#to.link;
    const parsed = headSchema.safeParse(await client.hgetall(HEAD_KEY));
    if (!parsed.success) return [null, null];
    const isNews = this.#hear(parsed.data);
    return [parsed.data, isNews ? await client.get(SCREEN_KEY) : null];
  }

  #hear({ now_ms, offset }: Head): boolean {
    this.#head = offset;
    if (now_ms <= this.#heard.now_ms) return false;
    this.#heard = { now_ms, at: this.#to.clock.monotonic() };
    return true;
  }

  /** False where the rest of what was read has to wait. */
  async #take(id: string, fields: readonly string[], head: Head): Promise<boolean> {
    const entry = copiedEntry(id, fields, head.store_epoch);
    if (!entry || entry.offset > head.offset) {
      if (this.#lastForged !== id) this.#forged += 1;
      this.#lastForged = id;
      // Above the head the relay will take it out; below it has been put in place of one that is there by now.
      if (Number.parseInt(id, 10) <= head.offset) this.#at = null;
      await this.#pause(PAUSE_MS);
      return false;
    }
    // Something lies between, which is trimmed or set aside by now.
    if (entry.previousHash !== this.#at?.hash) {
      this.#at = null;
      return false;
    }
    this.#moveTo(entry);
    return true;
  }

  #moveTo({ offset, hash, result }: CopiedResult): void {
    this.#at = { offset, hash };
    this.#reached = offset;
    this.#to.onResult(offset, result);
  }
}
