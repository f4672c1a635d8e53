import { join } from 'node:path';
import { systemClock } from '../../core/kit/clock.ts';
import { passBy } from '../../core/kit/fault-points.ts';
import { systemIds } from '../../core/kit/ids.ts';
import { Reader } from '../../core/store/reader.ts';
import { Session } from '../../core/store/session.ts';
import { completed, submitted } from '../../core/store/testing/task-facts.ts';
import { redisAddress } from '../../core/stream/redis-address.ts';
import { RedisLink } from '../../core/stream/redis-link.ts';
import { RedisRelay } from '../../core/stream/redis-relay.ts';
import { aFolder } from '../../e2e/support/folders.ts';
import { until } from '../../e2e/support/program.ts';
import { sharedMicroseconds } from '../viewers/state.ts';

const REASON = `${'because of that '.repeat(12)}and this`;
const log = { info: () => {}, warn: () => {}, error: () => {} };

/** A store that results are written to as an engine's writer does it, and the relay beside it. */
export class Source {
  readonly reader: Reader;
  readonly #session: Session;
  readonly #symbols: number;
  readonly #appended = new Set<() => void>();
  #stored = 0;

  constructor(symbols: number) {
    const file = join(aFolder(), 'aurora.db');
    this.#session = new Session({ file, origin: 'live', now: () => Date.now(), newId: systemIds.id, at: passBy });
    this.reader = new Reader(file);
    this.#symbols = symbols;
  }

  get stored(): number {
    return this.#stored;
  }

  /** Stores so many in one commit; the name of each says when. */
  append(count: number): void {
    const facts = Array.from({ length: count }, () => {
      this.#stored += 1;
      const task_id = `${this.#stored}@${sharedMicroseconds()}`;
      const symbol = `SYM${this.#stored % this.#symbols}/USD`;
      return [
        submitted(task_id, { symbol }),
        completed(task_id, { symbol, at: this.#stored, lease: this.#stored, reasoning: REASON }),
      ];
    });
    this.#session.commit(facts);
    for (const listener of this.#appended) listener();
  }

  /** Copies to a Redis; resolves with the relay, once all that is stored is there. */
  async relayTo(url: string, kept: number): Promise<RedisRelay> {
    const relay = new RedisRelay({
      link: new RedisLink(redisAddress(url, false), 'bench', log),
      storeEpoch: this.#session.writer.tail.epoch,
      outbox: this.reader.outbox,
      onAppended: (listener) => {
        this.#appended.add(listener);
        return () => this.#appended.delete(listener);
      },
      screen: () => ({}),
      clock: systemClock(),
      log,
      kept,
    });
    await until('the copy', () => relay.state().offset === this.#stored, 120_000);
    return relay;
  }

  close(): void {
    this.reader.close();
    this.#session.close();
  }
}
