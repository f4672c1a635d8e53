import type { Status } from '../contract/sidebar.ts';
import type { Clock } from '../kit/clock.ts';
import { type Disposer, Disposers } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';
import type { Outbox, OutboxRow } from '../store/outbox.ts';
import { HEAD_KEY, STREAM_KEY } from './redis-keys.ts';
import { backOff, type RedisLink } from './redis-link.ts';
import { type RelayCall, relayTo, type Standing } from './relay-script.ts';

/** How many results the stream keeps at least; a group that has not acked keeps more. */
const KEPT = 10_000;
const BATCH = 200;
const WALK = 200;
/** How often the stream is looked at where nothing is stored meanwhile. */
const BEAT_MS = 500;
/** A Redis that is away for a moment is nothing that anybody has to be told. */
const PATIENCE_MS = 5_000;
/** Who puts another store's stream away twice within this time has a rival that does the same. */
const RIVAL_MS = 60_000;

const RIVAL = 'another engine writes to it: give each a database of its own (redis://HOST:PORT/1)';

export interface RelayOptions {
  link: RedisLink;
  storeEpoch: string;
  outbox: Outbox;
  onAppended(listener: () => void): Disposer;
  /** The engine's status and prices, for those who show them elsewhere. */
  screen(): object;
  clock: Clock;
  log: Log;
  kept?: number;
}

type RelayState = NonNullable<Status['redis']>;

/** Where the stream stands by what this relay knows. */
interface Place {
  seen: Standing;
  /** Offset of the store up to which all is copied. */
  offset: number;
}

type Changed = Pick<RelayCall, 'screen' | 'processing'>;

/**
 * Copies the store's results into Redis, in order and from wherever Redis stands: a repeat, an emptied Redis and an
 * old one heal by themselves. It reads the store by itself, and nothing in the engine waits for it.
 */
export class RedisRelay {
  readonly #to: RelayOptions;
  readonly #open = new Disposers();
  readonly #kept: number;
  #place: Place | null = null;
  #copied = 0;
  #caughtUp = 0;
  #publishedUpTo: number | null = null;
  #told = { screen: '', processing: 'unknown' };
  #refills = 0;
  #forged = 0;
  #displaced = { times: 0, at: Number.NEGATIVE_INFINITY };
  #failures = 0;
  #message = 'it does not answer';
  #wellAt: number;
  #beat = true;
  #pumping: Promise<void> | null = null;
  #again = false;
  #resting = false;
  #cancelRest: Disposer = () => {};
  #closed = false;

  constructor(options: RelayOptions) {
    this.#to = options;
    this.#kept = options.kept ?? KEPT;
    this.#wellAt = options.clock.monotonic();
    this.#open.add(options.onAppended(() => this.#wake()));
    this.#open.add(
      options.clock.every(BEAT_MS, () => {
        this.#beat = true;
        this.#wake();
      }),
    );
    this.#open.add(
      options.link.onReady(() => {
        // Whatever it was before: it may have been emptied, or set back.
        this.#place = null;
        this.#resting = false;
        this.#wake();
      }),
    );
  }

  state(): RelayState {
    const { link, outbox, clock } = this.#to;
    return {
      address: link.says,
      connected: link.isReady && this.#place !== null,
      offset: this.#copied,
      lag: Math.max(0, outbox.lastOffset() - this.#caughtUp),
      reconnects: link.reconnects,
      refills: this.#refills,
      forged: this.#forged,
      message: this.#wrong(clock.monotonic()),
    };
  }

  #wrong(now: number): string | null {
    const { times, at } = this.#displaced;
    if (times > 1 && now - at < RIVAL_MS) return RIVAL;
    return now - this.#wellAt > PATIENCE_MS ? this.#message : null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#open.close();
    this.#cancelRest();
    this.#to.link.close();
    await this.#pumping;
  }

  #wake(): void {
    this.#again = true;
    if (this.#resting || this.#closed || !this.#to.link.isReady) return;
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = null;
    });
  }

  async #pump(): Promise<void> {
    while (this.#again && !this.#closed && this.#to.link.isReady) {
      this.#again = false;
      try {
        await this.#copyOn();
        this.#failures = 0;
        this.#message = 'it does not answer';
        this.#wellAt = this.#to.clock.monotonic();
      } catch (error) {
        this.#failed(error);
        return;
      }
    }
  }

  /** What was sent may have arrived: where it stands is looked up before the next call. */
  #failed(error: unknown): void {
    const { clock, log, link } = this.#to;
    this.#place = null;
    this.#message = messageOf(error);
    if (this.#closed) return;
    log.warn({ redis: link.says, error: this.#message }, 'results could not be copied to Redis: tried again');
    this.#resting = true;
    this.#cancelRest = clock.after(backOff(this.#failures), () => {
      this.#resting = false;
      this.#wake();
    });
    this.#failures += 1;
  }

  async #copyOn(): Promise<void> {
    const { outbox } = this.#to;
    const changed = this.#changed();
    const place = this.#place;
    if (place === null) return this.#settle(changed);
    const last = outbox.lastOffset();
    const entries = outbox.after(place.offset, BATCH);
    const done = await this.#call({ action: 'append', seen: place.seen, base: 0, baseHash: '', entries }, changed);
    if (!done.moved) return this.#lost(done);
    this.#moved(done, entries, last);
  }

  #lost({ held }: Standing): void {
    const { storeEpoch, clock } = this.#to;
    this.#place = null;
    this.#again = true;
    if (held === '' || held === storeEpoch) return;
    const now = clock.monotonic();
    const times = now - this.#displaced.at > RIVAL_MS ? 1 : this.#displaced.times + 1;
    this.#displaced = { times, at: now };
    if (times === 1) return;
    this.#failures = times - 2;
    throw new Error(RIVAL);
  }

  #moved({ last, held }: Standing, entries: readonly OutboxRow[], stored: number): void {
    const copied = entries.at(-1)?.offset ?? this.#place?.offset ?? 0;
    this.#place = { seen: { last, held }, offset: copied };
    this.#copied = copied;
    if (entries.length === BATCH) this.#again = true;
    // What lies above is removed or set aside, and never copied.
    else this.#caughtUp = Math.max(stored, copied);
    this.#publishedUpTo = Math.max(copied, this.#publishedUpTo ?? 0);
  }

  /** Finds what the stream has of this store, takes out what is not of it, and goes on from there. */
  async #settle(changed: Changed): Promise<void> {
    const { outbox, log, link } = this.#to;
    const seen = await this.#look();
    const { base, forged } = await this.#genuine(seen);
    const last = outbox.lastOffset();
    const from = base?.offset ?? Math.max(0, last - this.#kept);
    const entries = outbox.after(from, BATCH);
    this.#publishedUpTo ??= base ? base.offset : last;
    const baseHash = base?.hash ?? entries[0]?.previous_hash ?? '';
    const action = base ? 'mend' : 'begin';
    const seeds = outbox.newest(from);
    const done = await this.#call({ action, seen, base: from, baseHash, entries, seeds }, changed);
    if (!done.moved) {
      this.#again = true;
      return;
    }
    this.#forged += forged;
    if (forged > 0 || (base?.offset ?? 0) < this.#copied) this.#refills += 1;
    if (forged > 0)
      log.warn({ redis: link.says, forged }, 'entries that are not from this store were taken out of Redis');
    log.info({ redis: link.says, action, from, stored: last }, 'the stream in Redis goes on');
    this.#place = { seen: done, offset: from };
    this.#moved(done, entries, last);
  }

  async #look(): Promise<Standing> {
    const { client } = this.#to.link;
    const kind = await client.type(STREAM_KEY);
    const held = (await client.type(HEAD_KEY)) === 'hash' ? await client.hget(HEAD_KEY, 'store_epoch') : null;
    if (kind !== 'stream') return { last: kind, held: held ?? '' };
    const info = (await client.xinfo('STREAM', STREAM_KEY)) as unknown[];
    return { last: String(info[info.indexOf('last-generated-id') + 1]), held: held ?? '' };
  }

  /** The newest entry that is word for word a stored one, and how many above it are not. */
  async #genuine({ last, held }: Standing): Promise<{ base: OutboxRow | null; forged: number }> {
    const { link, outbox, storeEpoch } = this.#to;
    let forged = 0;
    if (held !== storeEpoch || !/^\d/.test(last)) return { base: null, forged };
    for (let from = '+'; ; ) {
      const entries = await link.client.xrevrange(STREAM_KEY, from, '-', 'COUNT', WALK);
      for (const [id, fields] of entries) {
        const row = id.endsWith('-0') ? outbox.at(Number(id.slice(0, -2))) : undefined;
        if (row && isCopyOf(row, fields, storeEpoch)) return { base: row, forged };
        forged += 1;
      }
      const oldest = entries.at(-1);
      if (!oldest || entries.length < WALK) return { base: null, forged };
      from = `(${oldest[0]}`;
    }
  }

  #call(
    call: Pick<RelayCall, 'action' | 'seen' | 'base' | 'baseHash' | 'entries'> & { seeds?: RelayCall['seeds'] },
    changed: Changed,
  ) {
    const { link, storeEpoch, clock } = this.#to;
    return relayTo(link.client, {
      seeds: [],
      ...call,
      ...changed,
      epoch: storeEpoch,
      nowMs: clock.now(),
      kept: this.#kept,
      publishAbove: this.#publishedUpTo ?? 0,
    });
  }

  /** Both go out at a beat where they have changed, and always to a Redis that may have lost them. */
  #changed(): Changed {
    const { screen, outbox } = this.#to;
    if (this.#place !== null && !this.#beat) return { screen: null, processing: null };
    this.#beat = false;
    const now = { screen: JSON.stringify(screen()), processing: JSON.stringify(outbox.processing()) };
    const before = this.#place === null ? null : this.#told;
    this.#told = now;
    return {
      screen: now.screen === before?.screen ? null : now.screen,
      processing: now.processing === before?.processing ? null : (JSON.parse(now.processing) as string[]),
    };
  }
}

function isCopyOf(row: OutboxRow, fields: readonly string[], storeEpoch: string): boolean {
  const expected: Record<string, string> = {
    task_id: row.task_id,
    task_type: row.task_type,
    result: row.body,
    store_epoch: storeEpoch,
    hash: row.hash,
    previous_hash: row.previous_hash,
  };
  return (
    fields.length === 2 * Object.keys(expected).length &&
    fields.every((field, at) => at % 2 === 1 || expected[field] === fields[at + 1])
  );
}
