import type { ForkOptions } from 'node:child_process';
import type { Reach } from '../../e2e/support/program.ts';
import { Partner } from '../partner.ts';
import type { EngineKind, FromCrew, FromEngine, Load, Spread, ToCrew, ToEngine, WorkReport } from './messages.ts';

const ENGINE = new URL('engine.ts', import.meta.url);
const CREW = new URL('crew.ts', import.meta.url);

const WARM_UP: Load = { count: 2_000, rate: null, symbols: 500, viewer: false };

export interface PairReport extends WorkReport {
  submitSeconds: number;
  /** The main loop of the engine, while its agents were at work. */
  loop: Spread;
  /** Seconds of processor time that the engine took meanwhile, all threads together. */
  cpu: number;
}

/** An engine in a process of its own, and its agents and viewer in another. */
export class Pair {
  readonly #engine: Partner<ToEngine, FromEngine>;
  readonly #crew: Partner<ToCrew, FromCrew>;
  readonly #reach: Reach;

  private constructor(engine: Partner<ToEngine, FromEngine>, reach: Reach) {
    this.#engine = engine;
    this.#crew = new Partner<ToCrew, FromCrew>(CREW);
    this.#reach = reach;
  }

  static async start(
    kind: EngineKind,
    data: string,
    options: Pick<ForkOptions, 'execPath' | 'execArgv'> = {},
  ): Promise<Pair> {
    const engine = new Partner<ToEngine, FromEngine>(ENGINE, options);
    const { reach } = await engine.ask({ ask: 'serve', kind, data }, 'serving');
    const pair = new Pair(engine, reach);
    await pair.run(WARM_UP);
    await pair.#crew.ask({ ask: 'rest', reach }, 'rested');
    return pair;
  }

  /** Submits the tasks, then lets the agents come. */
  async run(load: Load): Promise<PairReport> {
    const reach = this.#reach;
    const { seconds } = await this.#crew.ask({ ask: 'submit', reach, load }, 'submitted');
    await this.#engine.ask({ ask: 'watch' }, 'watching');
    const { report } = await this.#crew.ask({ ask: 'work', reach, load }, 'worked');
    const { loop, cpu } = await this.#engine.ask({ ask: 'delay' }, 'delayed');
    return { ...report, submitSeconds: seconds, loop, cpu };
  }

  async end(): Promise<void> {
    await this.#engine.ask({ ask: 'close' }, 'closed');
    await Promise.all([this.#engine.end(), this.#crew.end()]);
  }
}
