import { type EngineToViewer, UPDATES_PER_BATCH, type ViewerHandshake } from '../contract/sidebar.ts';
import type { Disposer } from '../kit/disposers.ts';
import type { SidebarList } from './sidebar-list.ts';

type Send = <E extends 'snapshot' | 'sidebar_update'>(event: E, payload: EngineToViewer[E], acked: () => void) => void;

/**
 * Feeds one viewer from a cursor over the list: what lies above it, one batch in flight, the cursor
 * moves at the ack. Slowness costs no memory: a newer row simply takes an older one's place (R8).
 */
export function feedViewer(
  list: SidebarList,
  { store_epoch, offset }: Pick<ViewerHandshake, 'store_epoch' | 'offset'>,
  send: Send,
): Disposer {
  const resumed = store_epoch === list.storeEpoch && offset != null && offset <= list.offset;
  let cursor = resumed ? offset : 0;
  let inFlight = true;

  const advance = (to: number) => () => {
    cursor = Math.max(cursor, to);
    inFlight = false;
    push();
  };
  const push = (): void => {
    if (inFlight) return;
    const batch = list.above(cursor, UPDATES_PER_BATCH);
    const last = batch.at(-1);
    if (!last) return;
    inFlight = true;
    // A short batch holds all there is, so results that replaced nothing are passed over too.
    send(
      'sidebar_update',
      batch,
      advance(batch.length < UPDATES_PER_BATCH ? Math.max(last.offset, list.offset) : last.offset),
    );
  };

  send(
    'snapshot',
    { store_epoch: list.storeEpoch, offset: list.offset, full: !resumed, updates: list.above(cursor) },
    advance(list.offset),
  );
  return list.onChange(push);
}
