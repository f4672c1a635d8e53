import { join } from 'node:path';
import { ViewerRounds } from '../../core/bridge/viewer-rounds.ts';
import { connectSignals } from '../../core/engine/signals.ts';
import { aGateway, TOKENS } from '../../core/gateway/testing/a-gateway.ts';
import { systemClock } from '../../core/kit/clock.ts';
import { passBy } from '../../core/kit/fault-points.ts';
import { systemIds } from '../../core/kit/ids.ts';
import { makeFolder } from '../../core/kit/make-folder.ts';
import type { Limits } from '../../core/orchestrator/limits.ts';
import { OrchestratorService } from '../../core/orchestrator/service.ts';
import { openStore } from '../../core/store/store.ts';
import type { Reach } from '../../e2e/support/program.ts';
import { mainStore } from './main-store.ts';

const WRITER = new URL('../../core/store/writer-thread.ts', import.meta.url);
const log = { info: () => {}, warn: () => {}, error: () => {} };

/** The rooms that a result passes, put together as the engine does, with the writer in a thread or on the main loop. */
export async function resultPath(
  data: string,
  writer: 'thread' | 'main',
  limits: Partial<Limits>,
): Promise<{ reach: Reach; close(): Promise<void> }> {
  const folder = join(data, 'live');
  makeFolder(folder);
  const store =
    writer === 'main' ? mainStore(folder) : await openStore({ folder, origin: 'live', writerEntry: WRITER });
  const clock = systemClock(store.reader.lastTime());
  const signals = connectSignals({ store, clock, log, at: passBy, onPublished: () => {} });
  const tasks = new OrchestratorService({
    clock,
    ids: systemIds,
    log,
    store,
    market: {
      describe: (symbol, timeframe, payload) => ({
        payload: { symbol, timeframe, market_context: null, bars: [], ...payload },
        engine_reading: null,
        last_bar_close_ms: null,
      }),
    },
    origin: 'live',
    marketTime: (now) => now,
    limits,
  });
  const rounds = new ViewerRounds({ list: signals.list, clock });
  const gateway = await aGateway({ clock, tasks, screen: { feed: (cursor, send) => rounds.feed(cursor, send) } });
  const { agent, viewer, operator } = TOKENS;
  return {
    reach: { url: gateway.url, tokens: { agent, viewer, operator } },
    async close() {
      tasks.close();
      rounds.close();
      await gateway.close();
      await signals.close();
      await store.close();
    },
  };
}
