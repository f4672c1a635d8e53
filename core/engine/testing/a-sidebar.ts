import { AuroraBridge } from '../../bridge/aurora-bridge.ts';
import { EventBus } from '../../bridge/event-bus.ts';
import { SidebarList } from '../../bridge/sidebar-list.ts';
import { ViewerRounds } from '../../bridge/viewer-rounds.ts';
import type { StreamEntry } from '../../contract/facts.ts';
import type { TradingAnalysisResult } from '../../contract/result.ts';
import type { SidebarUpdate } from '../../contract/sidebar.ts';
import { aGateway, aStatus } from '../../gateway/testing/a-gateway.ts';
import { systemClock } from '../../kit/clock.ts';

/** A stream that lies in memory: what the disk does is another matter. */
class MemoryStream {
  #entries: StreamEntry[] = [];
  #appended = (): void => {};

  read = async (_group: string, limit: number): Promise<StreamEntry[]> => this.#entries.slice(0, limit);

  ack = async (_group: string, offset: number): Promise<void> => {
    this.#entries = this.#entries.filter((entry) => entry.offset > offset);
  };

  onAppended = (listener: () => void): (() => void) => {
    this.#appended = listener;
    return () => {};
  };

  append(results: readonly TradingAnalysisResult[]): void {
    for (const result of results)
      this.#entries.push({ offset: result.offset, task_id: result.task_id, task_type: 'trading_analysis', result });
    this.#appended();
  }
}

export interface ASidebar {
  readonly url: string;
  readonly list: SidebarList;
  readonly rounds: ViewerRounds;
  publish(result: TradingAnalysisResult): void;
  /** As the store's stream would say it. */
  append(results: readonly TradingAnalysisResult[]): void;
  /** Resolves once all of that has been published. */
  published(): Promise<void>;
  close(): Promise<void>;
}

/** Bridge, list, rounds and gateway as the engine puts them together, with real sockets and without a store. */
export async function aSidebar({
  viewers,
  onPushed,
  page = '',
  origins = [],
}: {
  viewers?: number;
  /** Folder of the built page, and who else's page may connect. */
  page?: string;
  origins?: readonly string[];
  onPushed?: (row: SidebarUpdate) => void;
} = {}): Promise<ASidebar> {
  const clock = systemClock();
  const stream = new MemoryStream();
  const bus = new EventBus();
  const list = new SidebarList('epoch-1', [], 0);
  bus.on('analysis-events', ({ payload }) => list.apply(payload.result));
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const bridge = new AuroraBridge({ stream, bus, clock, log });
  const rounds = new ViewerRounds({ list, clock, ...(onPushed ? { onPushed } : {}) });
  const gateway = await aGateway({
    clock,
    page,
    origins,
    ...(viewers === undefined ? {} : { viewers }),
    screen: {
      feed: (cursor, send) => rounds.feed(cursor, send),
      signals: () => list.above(0),
      status: () => aStatus({ persisted: { offset: list.offset, at: null } }),
    },
  });
  return {
    url: gateway.url,
    list,
    rounds,
    publish(result) {
      const { task_id, completed_by, completed_at, persisted_at, offset } = result;
      const payload = {
        task_id,
        task_type: 'trading_analysis',
        result,
        completed_by,
        completed_at,
        persisted_at,
        offset,
      } as const;
      bus.publish('analysis-events', { type: 'analysis_complete', payload });
    },
    append: (results) => stream.append(results),
    published: () => bridge.drained(),
    async close() {
      rounds.close();
      await gateway.close();
      await bridge.close();
    },
  };
}
