import type { EngineToViewer, Snapshot, ViewerHandshake } from '../contract/sidebar.ts';
import type { Batch, Still } from './still.ts';

export type ViewerCursor = Pick<ViewerHandshake, 'store_epoch' | 'offset'>;
export type SendToViewer = <E extends 'snapshot' | 'sidebar_update'>(
  event: E,
  payload: EngineToViewer[E],
  acked: () => void,
) => void;

/**
 * What one viewer is owed, from a cursor over the list: what lies above it, one batch in flight, the cursor
 * moves at the ack. Slowness costs no memory: a newer row simply takes an older one's place (R8).
 */
export class ViewerFeed {
  readonly #resumed: boolean;
  #cursor: number;
  /** Where the cursor will be after the ack; null where nothing is in flight. */
  #inFlight: number | null = null;

  constructor(
    { storeEpoch, offset: newest }: Pick<Still, 'storeEpoch' | 'offset'>,
    { store_epoch, offset }: ViewerCursor,
  ) {
    this.#resumed = store_epoch === storeEpoch && offset != null && offset <= newest;
    this.#cursor = this.#resumed && offset != null ? offset : 0;
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** The first message: the first batch, and what the cursor is good for. */
  snapshot(still: Still): Snapshot {
    const { rows, upTo } = this.#taken(still.batchAbove(this.#cursor));
    return { store_epoch: still.storeEpoch, offset: upTo, full: !this.#resumed, updates: rows };
  }

  /** The next batch; null where one is in flight or there is nothing new. */
  next(still: Still): Batch | null {
    if (this.#inFlight !== null) return null;
    if (this.#cursor >= still.offset) return null;
    const batch = still.batchAbove(this.#cursor);
    if (batch.rows.length > 0) return this.#taken(batch);
    this.#cursor = batch.upTo;
    return null;
  }

  acked(): void {
    this.#cursor = this.#inFlight ?? this.#cursor;
    this.#inFlight = null;
  }

  #taken(batch: Batch): Batch {
    this.#inFlight = batch.upTo;
    return batch;
  }
}
