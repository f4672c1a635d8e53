import type { Signal } from '../../core/contract/result.ts';
import type { SidebarUpdate, Snapshot } from '../../core/contract/sidebar.ts';
import { parseInstant } from '../../core/signals/instant.ts';
import { isNewer } from '../../core/signals/newer.ts';

export interface SignalState {
  storeEpoch: string | null;
  /** A map and no object: a symbol may be called `__proto__`. */
  bySymbol: ReadonlyMap<string, SidebarUpdate>;
  /** What a symbol's signal was before it turned, where this page has seen it turn. */
  flippedFrom: ReadonlyMap<string, Signal>;
  /** The highest offset and the latest `analyzed_at` (epoch ms) on screen. */
  newest: { offset: number; instant: number };
}

export const NO_SIGNALS: SignalState = {
  storeEpoch: null,
  bySymbol: new Map(),
  flippedFrom: new Map(),
  newest: { offset: 0, instant: 0 },
};

const instants = new WeakMap<SidebarUpdate, number>();

/** `analyzed_at` as epoch ms, read once per update: lists are sorted by it at every frame. */
export function instantOf(update: SidebarUpdate): number {
  let instant = instants.get(update);
  if (instant === undefined) {
    instant = parseInstant(update.analyzed_at) ?? 0;
    instants.set(update, instant);
  }
  return instant;
}

/** What is known of turns after `next` took the place of `shown`: a validated result is of the same analysis. */
function turned(known: ReadonlyMap<string, Signal>, shown: SidebarUpdate, next: SidebarUpdate): typeof known {
  const from = shown.signal === next.signal ? undefined : shown.signal;
  if (from === undefined && (instantOf(shown) === instantOf(next) || !known.has(next.symbol))) return known;
  const flips = new Map(known);
  if (from === undefined) flips.delete(next.symbol);
  else flips.set(next.symbol, from);
  return flips;
}

/** The newer by R4 wins; with nothing newer the same object comes back and nothing repaints (FM-RF-001). */
export function withUpdates(state: SignalState, batch: readonly SidebarUpdate[]): SignalState {
  const bySymbol = new Map(state.bySymbol);
  let { offset, instant } = state.newest;
  let { flippedFrom } = state;
  let changed = false;
  for (const next of batch) {
    const shown = bySymbol.get(next.symbol);
    if (!isNewer(next, shown)) continue;
    if (shown) flippedFrom = turned(flippedFrom, shown, next);
    bySymbol.set(next.symbol, next);
    offset = Math.max(offset, next.offset);
    instant = Math.max(instant, instantOf(next));
    changed = true;
  }
  return changed ? { ...state, bySymbol, flippedFrom, newest: { offset, instant } } : state;
}

/** A full snapshot, and any of another store epoch, replaces what was there; else it is more updates. */
export function fromSnapshot(state: SignalState, snapshot: Snapshot): SignalState {
  const anew = snapshot.full || snapshot.store_epoch !== state.storeEpoch;
  return withUpdates(anew ? { ...NO_SIGNALS, storeEpoch: snapshot.store_epoch } : state, snapshot.updates);
}
