import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { prepareDataFolder } from '../../core/engine/data-folder.ts';
import { startEngine } from '../../core/engine/engine.ts';
import { openLog } from '../../core/engine/log.ts';
import type { Limits } from '../../core/orchestrator/limits.ts';
import type { Reach } from '../../e2e/support/program.ts';
import type { EngineKind, FromEngine, ToEngine } from './messages.ts';
import { resultPath } from './result-path.ts';

const core = (path: string): URL => new URL(`../../core/${path}`, import.meta.url);
/** All tasks of a load wait at its beginning, and agents that leave after it are not missed. */
const LIMITS: Partial<Limits> = { queue: 1_000_000, grace: 3_600_000 };

interface Served {
  reach: Reach;
  close(): Promise<void>;
}

/** The engine as `aurora start --feed none --agents none` has it. */
async function program(data: string): Promise<Served> {
  prepareDataFolder(data);
  const log = await openLog(data);
  const engine = await startEngine({
    name: 'Aurora (benchmark)',
    data,
    feed: { is: 'none' },
    agents: false,
    speed: 1,
    port: 0,
    keepDays: null,
    files: {
      page: '',
      series: fileURLToPath(core('market/series')),
      writer: core('store/writer-thread.ts'),
      upkeep: core('store/upkeep-thread.ts'),
    },
    version: 'benchmark',
    log,
    limits: LIMITS,
  });
  return {
    reach: { url: engine.url, tokens: engine.tokens },
    async close() {
      await engine.close();
      log.close();
    },
  };
}

const serve = (kind: EngineKind, data: string): Promise<Served> =>
  kind === 'program' ? program(data) : resultPath(data, kind, LIMITS);

const delay = monitorEventLoopDelay({ resolution: 1 });
const answer = (message: FromEngine): void => void process.send?.(message);
let cpu = process.cpuUsage();
let served: Served | null = null;
process.on('message', async (message: ToEngine) => {
  switch (message.ask) {
    case 'serve':
      served = await serve(message.kind, message.data);
      return answer({ is: 'serving', reach: served.reach });
    case 'watch':
      cpu = process.cpuUsage();
      delay.reset();
      delay.enable();
      return answer({ is: 'watching' });
    case 'delay': {
      delay.disable();
      const ms = (nanoseconds: number): number => nanoseconds / 1e6;
      const loop = { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) };
      const { user, system } = process.cpuUsage(cpu);
      return answer({ is: 'delayed', loop, cpu: (user + system) / 1e6 });
    }
    case 'close':
      await served?.close();
      return answer({ is: 'closed' });
  }
});
process.on('disconnect', () => process.exit());
