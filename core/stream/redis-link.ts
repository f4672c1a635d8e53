import { Redis } from 'ioredis';
import type { Disposer } from '../kit/disposers.ts';
import type { Log } from '../kit/log.ts';
import type { RedisAddress } from './redis-address.ts';

const BACK_OFF_MS = 1_000;
const BACK_OFF_MAX_MS = 20_000;
/** A Redis that stands still is one that is away. */
const ANSWER_MS = 5_000;

/** 1, 2, 4 ... at most 20 s. */
export const backOff = (failures: number): number => Math.min(BACK_OFF_MS * 2 ** failures, BACK_OFF_MAX_MS);

/** A connection that comes back by itself, and fails at once while it is away: nothing queues up for Redis. */
export class RedisLink {
  readonly client: Redis;
  readonly says: string;
  readonly #listeners = new Set<() => void>();
  #connections = 0;

  constructor({ url, says }: RedisAddress, name: string, log: Log) {
    this.says = says;
    this.client = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: ANSWER_MS,
      connectTimeout: ANSWER_MS,
      socketTimeout: 2 * ANSWER_MS,
      connectionName: `aurora-${name}`,
      retryStrategy: (times) => backOff(times - 1),
    });
    this.client.on('error', (error) => log.warn({ redis: says, error: error.message }, 'Redis is out of reach'));
    this.client.on('ready', () => {
      this.#connections += 1;
      log.info({ redis: says, connections: this.#connections }, 'connected to Redis');
      for (const listener of [...this.#listeners]) listener();
    });
    // It goes on trying, and says so by its events.
    this.client.connect().catch(() => {});
  }

  get isReady(): boolean {
    return this.client.status === 'ready';
  }

  get reconnects(): number {
    return Math.max(0, this.#connections - 1);
  }

  /** Told at each connection that stands. */
  onReady(listener: () => void): Disposer {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.client.disconnect();
  }
}
