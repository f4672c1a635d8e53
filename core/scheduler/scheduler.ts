import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';

/** What the scheduler asks of the orchestrator. */
interface Queue {
  /** Makes an analysis of the bars as they are now; resolves with its id once it is stored, null where it is not. */
  analyse(symbol: string, timeframe: string): Promise<string | null>;
  /** Ends a task that no agent has taken up. */
  overtake(taskId: string): void;
}

interface Series {
  symbol: string;
  timeframe: string;
}

/** When analyses are made by themselves: at each close, every so many ms, or only when somebody asks. */
export type Schedule = { is: 'close' } | { is: 'every'; ms: number } | { is: 'asked' };

export interface SchedulerOptions {
  schedule: Schedule;
  /** The only symbols that are analysed by themselves; null for all. */
  watched: ReadonlySet<string> | null;
  queue: Queue;
  clock: Pick<Clock, 'every'>;
  /** Every series that has bars now. */
  series: () => readonly Series[];
}

/** Makes analyses; one that nobody took up is overtaken by the next of its series, which has newer bars. */
export class Scheduler {
  readonly #to: SchedulerOptions;
  readonly #stop: Disposer;
  /** The last analysis of each series. */
  readonly #last = new Map<string, string>();

  constructor(options: SchedulerOptions) {
    this.#to = options;
    const { schedule, clock, series } = options;
    this.#stop =
      schedule.is === 'every'
        ? clock.every(schedule.ms, () => {
            for (const one of series()) void this.#analyse(one);
          })
        : () => {};
  }

  closed(series: Series): void {
    if (this.#to.schedule.is === 'close') void this.#analyse(series);
  }

  close(): void {
    this.#stop();
  }

  async #analyse({ symbol, timeframe }: Series): Promise<void> {
    const { watched, queue } = this.#to;
    if (watched && !watched.has(symbol)) return;
    const made = await queue.analyse(symbol, timeframe);
    if (made === null) return;
    const series = `${symbol} ${timeframe}`;
    const before = this.#last.get(series);
    this.#last.set(series, made);
    if (before !== undefined) queue.overtake(before);
  }
}
