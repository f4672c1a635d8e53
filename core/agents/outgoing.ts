import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import type { Log } from '../kit/log.ts';
import type { Kept, Outbox, Report } from './outbox.ts';
import { readReply } from './reply.ts';
import type { Lease } from './running.ts';

export interface OutgoingOptions {
  outbox: Outbox;
  /** The engine's answer; rejects where the way is cut or no answer comes in time. */
  request: (event: Report['event'], body: Report['body']) => Promise<unknown>;
  clock: Clock;
  log: Log;
}

interface Item extends Kept {
  sending: boolean;
}

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 30_000;

const namedIn = ({ body: { task_id, lease } }: Report): Lease => ({ task_id, lease });

/** Reports on their way: each is kept until the engine says that it is stored, or will never take it. */
export class Outgoing {
  readonly #items: Set<Item>;
  readonly #to: OutgoingOptions;
  #retryMs = RETRY_FIRST_MS;
  #retry: Disposer | null = null;
  #closed = false;

  constructor(options: OutgoingOptions) {
    this.#to = options;
    this.#items = new Set(options.outbox.left().map((kept) => ({ ...kept, sending: false })));
  }

  get size(): number {
    return this.#items.size;
  }

  held(): Lease[] {
    return [...this.#items].map(({ report }) => namedIn(report));
  }

  has({ task_id, lease }: Lease): boolean {
    return this.held().some((one) => one.task_id === task_id && one.lease === lease);
  }

  add(report: Report): void {
    const item = { ...this.#to.outbox.keep(report), sending: false };
    this.#items.add(item);
    void this.#send(item);
  }

  /** The way is open again: everything is sent at once. */
  flush(): void {
    this.#retryMs = RETRY_FIRST_MS;
    this.#sendAll();
  }

  close(): void {
    this.#closed = true;
    this.#retry?.();
  }

  #sendAll(): void {
    this.#retry?.();
    this.#retry = null;
    for (const item of [...this.#items]) void this.#send(item);
  }

  async #send(item: Item): Promise<void> {
    if (item.sending || this.#closed) return;
    item.sending = true;
    const { event, body } = item.report;
    const reply = await this.#to.request(event, body).then(readReply, () => null);
    item.sending = false;
    if (reply?.ok) {
      this.#retryMs = RETRY_FIRST_MS;
      return this.#done(item);
    }
    // A newer connection of this name has taken over: what it cannot know of is for the next start to send.
    if (reply?.code === 'superseded') return;
    if (reply && !reply.retry) {
      this.#to.log.warn({ ...namedIn(item.report), event, reply }, 'the engine refused a report');
      return this.#done(item);
    }
    this.#later();
  }

  #done(item: Item): void {
    this.#items.delete(item);
    item.release();
  }

  #later(): void {
    if (this.#retry || this.#closed) return;
    this.#retry = this.#to.clock.after(this.#retryMs, () => this.#sendAll());
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
  }
}
