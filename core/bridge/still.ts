import { type SidebarUpdate, UPDATES_PER_BATCH } from '../contract/sidebar.ts';
import type { SidebarList } from './sidebar-list.ts';

/** What comes next for whoever has all up to a cursor. */
export interface Batch {
  readonly rows: SidebarUpdate[];
  /** The cursor after it. */
  readonly upTo: number;
}

/** How many batches are kept for others who ask at the same cursor. */
const KEPT = 32;

/**
 * The list up to where it stood at one moment. Who asks it at the same cursor gets the same batch, and whoever is
 * not far behind ends at the same cursor, so that the next time they ask alike again.
 */
export class Still {
  readonly storeEpoch: string;
  readonly offset: number;
  readonly #list: SidebarList;
  readonly #batches = new Map<number, Batch>();

  constructor(list: SidebarList) {
    this.#list = list;
    this.storeEpoch = list.storeEpoch;
    this.offset = list.offset;
  }

  /** The next rows above a cursor, ascending, at most 500; those that have moved on since come another time. */
  batchAbove(cursor: number): Batch {
    const known = this.#batches.get(cursor);
    if (known) return known;
    const next = this.#list.above(cursor, UPDATES_PER_BATCH);
    const rows = next.filter(({ offset }) => offset <= this.offset);
    // A short batch holds all there is, so results that replaced nothing are passed over too.
    const upTo = rows.length < UPDATES_PER_BATCH ? this.offset : (rows.at(-1) as SidebarUpdate).offset;
    const batch = { rows, upTo };
    if (this.#batches.size < KEPT) this.#batches.set(cursor, batch);
    return batch;
  }
}
