import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';

/** What the scheduler asks of the orchestrator. */
interface Queue {
  isWaiting(taskType: string, symbol: string): boolean;
  submit(symbol: string, timeframe: string): void;
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

/** Makes analyses, one for a symbol at most as long as nobody took it up. */
export class Scheduler {
  readonly #to: SchedulerOptions;
  readonly #stop: Disposer;

  constructor(options: SchedulerOptions) {
    this.#to = options;
    const { schedule, clock, series } = options;
    this.#stop =
      schedule.is === 'every'
        ? clock.every(schedule.ms, () => {
            for (const one of series()) this.#analyse(one);
          })
        : () => {};
  }

  closed(series: Series): void {
    if (this.#to.schedule.is === 'close') this.#analyse(series);
  }

  close(): void {
    this.#stop();
  }

  #analyse({ symbol, timeframe }: Series): void {
    const { watched, queue } = this.#to;
    if (watched && !watched.has(symbol)) return;
    if (!queue.isWaiting('trading_analysis', symbol)) queue.submit(symbol, timeframe);
  }
}
