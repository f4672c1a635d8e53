import type { StreamEntry } from '../contract/facts.ts';
import { isTradingTaskType } from '../contract/task.ts';
import type { Clock } from '../kit/clock.ts';
import { type Disposer, Disposers } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import { type AtFaultPoint, passBy } from '../kit/fault-points.ts';
import type { Log } from '../kit/log.ts';
import type { EventBus } from './event-bus.ts';

export const BRIDGE_GROUP = 'aurora_bridge';
const READ_LIMIT = 500;
const RETRY_MS = 1_000;

/** What the bridge asks of the durable stream. */
interface Stream {
  read(group: string, limit: number): Promise<readonly StreamEntry[]>;
  ack(group: string, offset: number): Promise<void>;
  onAppended(listener: () => void): Disposer;
}

export interface BridgeOptions {
  stream: Stream;
  bus: EventBus;
  clock: Clock;
  log: Log;
  at?: AtFaultPoint;
}

/** Durable stream to event bus: at least once, in offset order; acked after it was published (R9). */
export class AuroraBridge {
  readonly #to: BridgeOptions;
  readonly #open = new Disposers();
  #pumping: Promise<void> | null = null;
  #again = false;
  #closed = false;
  #offset = 0;

  constructor(options: BridgeOptions) {
    this.#to = options;
    this.#open.add(options.stream.onAppended(() => this.wake()));
  }

  /** Offset of the last result that was dealt with; 0 before the first. */
  get offset(): number {
    return this.#offset;
  }

  /** Reads on until nothing is left; calls while it runs make it look once more. */
  wake(): void {
    this.#again = true;
    this.#pumping ??= this.#pump().then((isWell) => {
      this.#pumping = null;
      if (!this.#again || this.#closed) return;
      // Somebody may have called just as it ended.
      if (isWell) this.wake();
      else this.#open.add(this.#to.clock.after(RETRY_MS, () => this.wake()));
    });
  }

  /** Resolves once all that is stored now has been published. */
  async drained(): Promise<void> {
    this.wake();
    while (this.#pumping) await this.#pumping;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#open.close();
    await this.#pumping;
  }

  /** Says whether it got to the end. */
  async #pump(): Promise<boolean> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        await this.#readOn();
      } catch (error) {
        this.#again = true;
        this.#to.log.error({ error: messageOf(error) }, 'the bridge could not read on and tries again');
        return false;
      }
    }
    return true;
  }

  async #readOn(): Promise<void> {
    const { stream, at = passBy } = this.#to;
    for (
      let entries = await stream.read(BRIDGE_GROUP, READ_LIMIT);
      entries.length > 0 && !this.#closed;
      entries = await stream.read(BRIDGE_GROUP, READ_LIMIT)
    ) {
      for (const entry of entries) this.#publish(entry);
      at('before_group_ack');
      await stream.ack(BRIDGE_GROUP, (entries.at(-1) as StreamEntry).offset);
      at('after_group_ack');
    }
  }

  #publish({ result, task_type, task_id, offset }: StreamEntry): void {
    const { at = passBy } = this.#to;
    this.#offset = offset;
    // A result of the user's own type is stored and completed, nothing more.
    if (!result || !isTradingTaskType(task_type)) return;
    const payload = {
      task_id,
      task_type,
      result,
      completed_by: result.completed_by,
      completed_at: result.completed_at,
      persisted_at: result.persisted_at,
      offset,
    };
    at('before_publish');
    if (task_type === 'trading_analysis')
      this.#to.bus.publish('analysis-events', { type: 'analysis_complete', payload });
    else this.#to.bus.publish('signal-events', { type: 'signal_validated', payload });
    at('after_publish');
  }
}
