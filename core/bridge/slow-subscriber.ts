import type { CompletedPayload } from '../contract/bus.ts';
import type { StreamEntry } from '../contract/facts.ts';
import type { TradingAnalysisResult } from '../contract/result.ts';
import { Disposers } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';
import { BoundedEventQueue } from './bounded-event-queue.ts';
import type { EventBus } from './event-bus.ts';

const READ_LIMIT = 100;

export interface SlowSubscriberOptions {
  bus: EventBus;
  /** Offset of the last result that is not to be handed over. */
  from: number;
  /** Stored completions above an offset, ascending. */
  readAfter(offset: number, limit: number): readonly StreamEntry[];
  /** Takes one result; the next is handed over when it is done with it. */
  handle(result: TradingAnalysisResult): unknown;
  log: Log;
}

/**
 * Hands what the bus publishes to somebody who takes his time, in order of offset and one at a time. He gets
 * each result, or where he is more than the queue's bound behind the newest of each symbol; who is further
 * behind than that reads on in the stream.
 */
export class SlowSubscriber {
  readonly #to: SlowSubscriberOptions;
  readonly #queue = new BoundedEventQueue<TradingAnalysisResult>();
  readonly #open = new Disposers();
  #handedOver: number;
  #running = false;
  #closed = false;

  constructor(options: SlowSubscriberOptions) {
    this.#to = options;
    this.#handedOver = options.from;
    const published = ({ payload }: { payload: CompletedPayload }): void => {
      this.#queue.push(payload.result);
      void this.#run();
    };
    this.#open.add(options.bus.on('analysis-events', published));
    this.#open.add(options.bus.on('signal-events', published));
  }

  close(): void {
    this.#closed = true;
    this.#open.close();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (!this.#closed && (await this.#step()));
    } catch (error) {
      // What was published and not handed over is in the stream, which the next event looks into.
      this.#queue.letGo();
      this.#to.log.error(
        { error: messageOf(error) },
        'a subscriber could not go on and tries again at the next result',
      );
    } finally {
      this.#running = false;
    }
  }

  /** Whether there was anything to do. */
  async #step(): Promise<boolean> {
    if (this.#queue.lagged) {
      this.#queue.beginAnew();
      await this.#readOn();
      return true;
    }
    const next = this.#queue.take();
    if (next) await this.#hand(next);
    return next !== undefined;
  }

  async #readOn(): Promise<void> {
    const read = (): readonly StreamEntry[] => (this.#closed ? [] : this.#to.readAfter(this.#handedOver, READ_LIMIT));
    for (let entries = read(); entries.length > 0; entries = read())
      for (const { result, offset } of entries) {
        if (result) await this.#hand(result);
        this.#handedOver = offset;
      }
  }

  async #hand(result: TradingAnalysisResult): Promise<void> {
    // The bridge may publish a result again, and the stream has those that wait as well.
    if (this.#closed || result.offset <= this.#handedOver) return;
    await this.#to.handle(result);
    this.#handedOver = result.offset;
  }
}
