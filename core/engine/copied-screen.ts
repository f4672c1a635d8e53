import { z } from 'zod';
import { SidebarList } from '../bridge/sidebar-list.ts';
import { ViewerRounds } from '../bridge/viewer-rounds.ts';
import {
  engineToViewerSchemas,
  type Prices,
  type SidebarUpdate,
  type Status,
  statusSchema,
} from '../contract/sidebar.ts';
import type { Screen } from '../gateway/ports.ts';
import type { Clock } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import { type Copy, RedisFollower } from '../stream/redis-follower.ts';
import type { RedisLink } from '../stream/redis-link.ts';

/** So long an engine, or Redis, may be silent before a screen says so. */
const SILENCE_MS = 5_000;

const besideSchema = z.object({ url: z.string(), status: statusSchema, prices: engineToViewerSchemas.prices });
type Beside = z.output<typeof besideSchema>;

interface Shown {
  list: SidebarList;
  rounds: ViewerRounds;
}

export interface CopiedScreenOptions {
  link: RedisLink;
  clock: Clock;
  log: Log;
  /** Told once, when the copy is of another life of the store: whoever shows this one has to begin anew. */
  onRenewed(): void;
}

/** What a gateway shows: the copy in Redis, and what the engine has said beside it. */
export class CopiedScreen {
  /** Resolves once there is something to show. */
  readonly copied: Promise<void>;
  readonly follower: RedisFollower;
  readonly #to: CopiedScreenOptions;
  #shown: Shown | null = null;
  #beside: Beside | null = null;
  #isCopied = (): void => {};

  constructor(options: CopiedScreenOptions) {
    this.#to = options;
    this.copied = new Promise((resolve) => {
      this.#isCopied = resolve;
    });
    this.follower = new RedisFollower({
      ...options,
      onCopy: (copy) => this.#copy(copy),
      onResult: (_offset, record) => {
        if (record) this.#shown?.list.apply(record);
      },
      onScreen: (text) => this.#hear(text),
    });
  }

  /** Where the engine is, by its own words. */
  get engine(): string {
    return this.#beside?.url ?? 'which has not said yet where it is';
  }

  get viewers(): number {
    return this.#shown?.rounds.viewers ?? 0;
  }

  /** Results that are in Redis and not shown yet. */
  lag(): number {
    return Math.max(0, this.follower.head - (this.#shown?.list.offset ?? 0));
  }

  signals(): SidebarUpdate[] {
    return this.#shown?.list.above(0) ?? [];
  }

  prices(): Prices {
    return this.#beside?.prices ?? [];
  }

  status(): Status {
    const told = this.#beside?.status ?? nothingTold;
    const offset = this.#shown?.list.offset ?? 0;
    return {
      ...told,
      lag: this.lag(),
      silent: this.#silence(),
      persisted: { offset, at: null },
    };
  }

  /** Feeds one viewer. Who has seen more than this gateway has by now is told nothing until it has caught up. */
  feed: Screen['feed'] = (cursor, send) => {
    const { list, rounds } = this.#shown as Shown;
    const seen = cursor.store_epoch === list.storeEpoch ? (cursor.offset ?? 0) : 0;
    if (seen <= list.offset) return rounds.feed(cursor, send);
    let stop = list.onChange(() => {
      if (list.offset < seen) return;
      stop();
      stop = rounds.feed(cursor, send);
    });
    return () => stop();
  };

  async close(): Promise<void> {
    this.#shown?.rounds.close();
    await this.follower.close();
  }

  #copy({ storeEpoch, offset, records }: Copy): void {
    const { clock, log, onRenewed } = this.#to;
    if (this.#shown === null) {
      const list = new SidebarList(storeEpoch, records, offset);
      this.#shown = { list, rounds: new ViewerRounds({ list, clock }) };
      log.info({ store_epoch: storeEpoch, offset, symbols: records.length }, 'the copy was read');
      this.#isCopied();
    } else if (this.#shown.list.storeEpoch === storeEpoch) {
      for (const record of records) this.#shown.list.apply(record);
    } else {
      log.warn({ store_epoch: storeEpoch, offset }, 'the store has begun a new life: this gateway begins anew');
      onRenewed();
    }
  }

  #hear(text: string): void {
    try {
      this.#beside = besideSchema.parse(JSON.parse(text));
    } catch {
      this.#to.log.warn({}, 'what the engine says of itself cannot be read: is it of another version?');
    }
  }

  #silence(): string | null {
    if (this.follower.silence() < SILENCE_MS) return null;
    return this.#to.link.isReady
      ? 'Nothing is heard of the engine: what is shown may be old'
      : 'Redis is out of reach: what is shown may be old';
  }
}

const nothingTold: Status = {
  origin: 'live',
  market_time: null,
  ended: false,
  agents: [],
  waiting: [],
  circuits: [],
  lag: 0,
  not_saved: null,
  alarms: [],
  persisted: { offset: 0, at: null },
  feeds: [],
  version: '',
};
