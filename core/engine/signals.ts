import { AuroraBridge, BRIDGE_GROUP } from '../bridge/aurora-bridge.ts';
import { EventBus } from '../bridge/event-bus.ts';
import { SidebarList } from '../bridge/sidebar-list.ts';
import type { CompletedPayload } from '../contract/bus.ts';
import type { SidebarUpdate } from '../contract/sidebar.ts';
import type { Clock } from '../kit/clock.ts';
import type { AtFaultPoint } from '../kit/fault-points.ts';
import type { Log } from '../kit/log.ts';
import { toSidebarUpdate } from '../signals/sidebar-update.ts';
import type { Store } from '../store/store.ts';
import { sqliteStream } from '../stream/sqlite-stream.ts';

export interface Signals {
  readonly list: SidebarList;
  readonly bridge: AuroraBridge;
  /** Each settled result as it is published, after it was stored. */
  onSignal(listener: (update: SidebarUpdate) => void): void;
}

/** From the durable stream to the newest of each symbol: what was acked is read at once, the rest is published. */
export function connectSignals(store: Store, clock: Clock, log: Log, at: AtFaultPoint): Signals {
  const bus = new EventBus();
  const acked = store.reader.ackedOffset(BRIDGE_GROUP);
  const list = new SidebarList(store.storeEpoch, store.reader.newestPerSymbol(acked), acked);
  const bridge = new AuroraBridge({ stream: sqliteStream(store), bus, clock, log, at });
  const listeners = new Set<(update: SidebarUpdate) => void>();
  const published = ({ payload }: { payload: CompletedPayload }): void => {
    list.apply(payload.result);
    for (const listener of listeners) listener(toSidebarUpdate(payload.result));
  };
  bus.on('analysis-events', published);
  bus.on('signal-events', published);
  return { list, bridge, onSignal: (listener) => void listeners.add(listener) };
}
