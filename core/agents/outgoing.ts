import { z } from 'zod';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';

type Request = (event: string, body: unknown) => Promise<unknown>;
interface Item {
  event: 'task_complete' | 'task_failed';
  body: { task_id: string; lease: number } & Record<string, unknown>;
  sending: boolean;
}

const RETRY_MS = 1_000;
const replySchema = z.object({
  ok: z.boolean(),
  retry: z.boolean().default(false),
  code: z.string().optional(),
  message: z.string().optional(),
});

/** Results on their way: each is kept until the engine says that it is stored, or will never take it. */
export class Outgoing {
  readonly #items = new Set<Item>();
  readonly #request: Request;
  readonly #clock: Clock;
  readonly #log: Log;
  #retry: Disposer | null = null;
  #closed = false;

  constructor(request: Request, clock: Clock, log: Log) {
    this.#request = request;
    this.#clock = clock;
    this.#log = log;
  }

  get size(): number {
    return this.#items.size;
  }

  held(): { task_id: string; lease: number }[] {
    return [...this.#items].map(({ body: { task_id, lease } }) => ({ task_id, lease }));
  }

  add(event: Item['event'], body: Item['body']): void {
    const item = { event, body, sending: false };
    this.#items.add(item);
    void this.#send(item);
  }

  flush(): void {
    for (const item of [...this.#items]) void this.#send(item);
  }

  close(): void {
    this.#closed = true;
    this.#retry?.();
  }

  async #send(item: Item): Promise<void> {
    if (item.sending || this.#closed) return;
    item.sending = true;
    const reply = await this.#request(item.event, item.body).then(
      (answer) => replySchema.parse(answer),
      (error: unknown) => ({ ok: false, retry: true, message: messageOf(error) }),
    );
    item.sending = false;
    if (reply.ok || !reply.retry) {
      this.#items.delete(item);
      if (!reply.ok)
        this.#log.warn({ task_id: item.body.task_id, event: item.event, reply }, 'the engine refused a result');
      return;
    }
    this.#retry?.();
    this.#retry = this.#clock.after(RETRY_MS, () => this.flush());
  }
}
