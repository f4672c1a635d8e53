import type { SidebarUpdate } from '../contract/sidebar.ts';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import type { SidebarList } from './sidebar-list.ts';
import { Still } from './still.ts';
import { type SendToViewer, type ViewerCursor, ViewerFeed } from './viewer-feed.ts';

/** Nobody is told more often: a screen shows no more. */
const WINDOW_MS = 16;
/** How long a round keeps the event loop before it lets others in. */
const TURN_MS = 4;

interface Viewer {
  feed: ViewerFeed;
  send: SendToViewer;
  acked: () => void;
}

export interface ViewerRoundsOptions {
  list: SidebarList;
  clock: Clock;
  /** Told of each row once, when it leaves for the first viewer. */
  onPushed?: (row: SidebarUpdate) => void;
}

/**
 * Feeds all viewers in rounds: a lone result leaves at once, a stream of them once a window, and a crowd is
 * served over several turns of the event loop. All of a round are shown the list as it stood at its beginning, so
 * that what many get is one object, which has to be encoded once.
 */
export class ViewerRounds {
  readonly #to: ViewerRoundsOptions;
  readonly #viewers = new Set<Viewer>();
  readonly #stopListening: Disposer;
  /** The list as this round, or the last one, shows it. */
  #still: Still;
  /** Takes back the timer of the round that is to start or to go on; null where none is. */
  #round: Disposer | null = null;
  #startedAt = Number.NEGATIVE_INFINITY;
  /** Something happened that the round may have passed by. */
  #again = false;
  #pushedUpTo: number;

  constructor(options: ViewerRoundsOptions) {
    this.#to = options;
    this.#still = new Still(options.list);
    this.#pushedUpTo = options.list.offset;
    this.#stopListening = options.list.onChange(() => this.#wake());
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /** Feeds one viewer until disposed; its snapshot leaves at once. */
  feed(cursor: ViewerCursor, send: SendToViewer): Disposer {
    const { list } = this.#to;
    // Who has seen more than this round shows must not be taken back to it.
    if (!this.#round || (cursor.offset ?? 0) > this.#still.offset) this.#still = new Still(list);
    const feed = new ViewerFeed(this.#still, cursor);
    const acked = (): void => {
      feed.acked();
      if (feed.cursor < list.offset) this.#wake();
    };
    const viewer = { feed, send, acked };
    // What was there before anyone looked was not kept waiting.
    if (this.#viewers.size === 0) this.#pushedUpTo = list.offset;
    this.#viewers.add(viewer);
    send('snapshot', feed.snapshot(this.#still), acked);
    return () => {
      this.#viewers.delete(viewer);
    };
  }

  close(): void {
    this.#stopListening();
    this.#viewers.clear();
    this.#round?.();
  }

  #wake(): void {
    this.#again = true;
    if (this.#round || this.#viewers.size === 0) return;
    const { clock } = this.#to;
    const wait = Math.max(0, this.#startedAt + WINDOW_MS - clock.monotonic());
    this.#round = clock.after(wait, () => {
      this.#startedAt = clock.monotonic();
      this.#again = false;
      this.#still = new Still(this.#to.list);
      this.#turn(this.#viewers.values());
    });
  }

  /** Goes on with the round as long as a turn may last. */
  #turn(viewers: Iterator<Viewer>): void {
    const { clock } = this.#to;
    const end = clock.monotonic() + TURN_MS;
    for (let next = viewers.next(); !next.done; next = viewers.next()) {
      this.#push(next.value);
      if (clock.monotonic() < end) continue;
      this.#round = clock.after(0, () => this.#turn(viewers));
      return;
    }
    this.#round = null;
    if (this.#again) this.#wake();
  }

  #push({ feed, send, acked }: Viewer): void {
    const batch = feed.next(this.#still);
    if (!batch) return;
    this.#tell(batch.rows);
    send('sidebar_update', batch.rows, acked);
  }

  #tell(rows: readonly SidebarUpdate[]): void {
    const before = this.#pushedUpTo;
    const last = rows.at(-1);
    if (!last || last.offset <= before) return;
    this.#pushedUpTo = last.offset;
    for (const row of rows) if (row.offset > before) this.#to.onPushed?.(row);
  }
}
