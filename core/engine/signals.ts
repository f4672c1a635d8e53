import { AuroraBridge, BRIDGE_GROUP } from '../bridge/aurora-bridge.ts';
import { EventBus } from '../bridge/event-bus.ts';
import { SidebarList } from '../bridge/sidebar-list.ts';
import { SlowSubscriber } from '../bridge/slow-subscriber.ts';
import type { CompletedPayload } from '../contract/bus.ts';
import type { TradingAnalysisResult } from '../contract/result.ts';
import type { SidebarUpdate } from '../contract/sidebar.ts';
import type { Clock } from '../kit/clock.ts';
import { Disposers } from '../kit/disposers.ts';
import type { AtFaultPoint } from '../kit/fault-points.ts';
import type { Log } from '../kit/log.ts';
import { toSidebarUpdate } from '../signals/sidebar-update.ts';
import type { Store } from '../store/store.ts';
import { sqliteStream } from '../stream/sqlite-stream.ts';

export interface SignalsOptions {
  store: Store;
  clock: Clock;
  log: Log;
  at: AtFaultPoint;
  /** Told of each result as it is published. */
  onPublished(result: TradingAnalysisResult): void;
}

export interface Signals {
  readonly list: SidebarList;
  readonly bridge: AuroraBridge;
  /** How many stored results have not been published. */
  lag(): number;
  /** Each settled result after it was stored; the next comes when the listener is done with it (R8). */
  onSignal(listener: (update: SidebarUpdate) => unknown): void;
  close(): Promise<void>;
}

/** From the durable stream to the newest of each symbol: what was acked is read at once, the rest is published. */
export function connectSignals({ store, clock, log, at, onPublished }: SignalsOptions): Signals {
  const bus = new EventBus();
  const acked = store.reader.ackedOffset(BRIDGE_GROUP);
  const list = new SidebarList(store.storeEpoch, store.reader.newestPerSymbol(acked), acked);
  const bridge = new AuroraBridge({ stream: sqliteStream(store), bus, clock, log, at });
  const subscribers = new Disposers();
  const published = ({ payload }: { payload: CompletedPayload }): void => {
    list.apply(payload.result);
    onPublished(payload.result);
  };
  bus.on('analysis-events', published);
  bus.on('signal-events', published);
  return {
    list,
    bridge,
    lag: () => store.reader.lastOffset() - Math.max(acked, bridge.offset),
    onSignal(listener) {
      const subscriber = new SlowSubscriber({
        bus,
        from: list.offset,
        readAfter: (offset, limit) => store.reader.resultsAfter(offset, limit),
        handle: (result) => listener(toSidebarUpdate(result)),
        log,
      });
      subscribers.add(() => subscriber.close());
    },
    async close() {
      subscribers.close();
      await bridge.close();
    },
  };
}
