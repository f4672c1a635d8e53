import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as after } from 'node:timers/promises';
import { aRecord } from '../../core/bridge/testing/a-record.ts';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import { type ASidebar, aSidebar } from '../../core/engine/testing/a-sidebar.ts';
import { TOKENS } from '../../core/gateway/testing/a-gateway.ts';
import type { EngineReport, FromEngine, Load, ToEngine } from './messages.ts';
import { sharedMicroseconds, stateOf } from './state.ts';

const TICK_MS = 2;
const MIB = 1024 * 1024;
const REASON = 'BUY in distribution on declining volume: potential upthrust, confidence halved';
/** Coprime to any number of symbols that somebody would choose: every symbol in turn, never in the same company. */
const STRIDE = 7_919;

/** Makes results as fast as it is told, and hands them to the real bridge, list, rounds and gateway. */
class Engine {
  readonly #sidebar: ASidebar;
  readonly #symbols: number;
  #offset = 0;

  constructor(sidebar: ASidebar, symbols: number) {
    this.#sidebar = sidebar;
    this.#symbols = symbols;
  }

  /** One result for each symbol. */
  async sweep(): Promise<void> {
    this.#append(this.#symbols);
    await this.#sidebar.published();
  }

  state(): string {
    return stateOf(new Map(this.#sidebar.list.above(0).map(({ symbol, offset }) => [symbol, offset])));
  }

  async run({ rate, seconds }: Load): Promise<EngineReport> {
    const before = heapAfterCollection();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const rss: number[] = [];
    const sampling = setInterval(() => rss.push(Math.round(process.memoryUsage.rss() / MIB)), 1_000);
    const first = this.#offset;
    const cpu = process.cpuUsage();
    const start = performance.now();
    delay.enable();
    for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - start) {
      this.#append(Math.floor((elapsed / 1_000) * rate) - (this.#offset - first));
      await after(TICK_MS);
    }
    delay.disable();
    const used = process.cpuUsage(cpu);
    const elapsed = (performance.now() - start) * 1_000;
    clearInterval(sampling);
    return {
      published: this.#offset - first,
      loop: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
      cpu: { user: used.user / elapsed, system: used.system / elapsed },
      heap: [before, heapAfterCollection()],
      rss,
    };
  }

  #append(count: number): void {
    if (count > 0) this.#sidebar.append(Array.from({ length: count }, () => this.#next()));
  }

  /** A result as the rules leave it; its name says when it was published. */
  #next(): TradingAnalysisResult {
    this.#offset += 1;
    const symbol = `SYM${(this.#offset * STRIDE) % this.#symbols}/USD`;
    return aRecord(this.#offset, {
      symbol,
      task_id: `${this.#offset}@${sharedMicroseconds()}`,
      confidence: 0.4,
      hidden_hand_warning: REASON,
      adjustments: [{ kind: 'hidden_hand', multiplier: 0.5, reason: REASON }],
      phase_signal_conflict: true,
      wyckoff_phase: 'distribution',
      volume_trend: 'declining',
      model: 'my-model',
      completed_by: 'analyst-1',
    });
  }
}

function heapAfterCollection(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / MIB;
}

const answer = (message: FromEngine): void => void process.send?.(message);
let engine: Engine;
process.on('message', async (message: ToEngine) => {
  switch (message.ask) {
    case 'serve': {
      const sidebar = await aSidebar({ viewers: message.viewers });
      engine = new Engine(sidebar, message.symbols);
      await engine.sweep();
      return answer({ is: 'serving', url: sidebar.url, token: TOKENS.viewer });
    }
    case 'run':
      return answer({ is: 'ran', report: await engine.run(message.load) });
    case 'sweep':
      await engine.sweep();
      return answer({ is: 'swept', state: engine.state() });
  }
});
process.on('disconnect', () => process.exit());
