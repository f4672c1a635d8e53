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

/** What `next` turned from: a signal, null where it did not turn, undefined where nothing is new about that. */
function turnOf(shown: SidebarUpdate, next: SidebarUpdate): Signal | null | undefined {
  if (shown.signal !== next.signal) return shown.signal;
  // A validated result is of the same analysis as the one before it.
  return instantOf(shown) === instantOf(next) ? undefined : null;
}

/** The newer by R4 wins; with nothing newer the same object comes back and nothing repaints (FM-RF-001). */
export function withUpdates(state: SignalState, batch: readonly SidebarUpdate[]): SignalState {
  const bySymbol = new Map(state.bySymbol);
  let { offset, instant } = state.newest;
  // One copy for all of a batch, and none where no signal turns: with thousands of symbols a copy is no small thing.
  let flips: Map<string, Signal> | null = null;
  let changed = false;
  for (const next of batch) {
    const shown = bySymbol.get(next.symbol);
    if (!isNewer(next, shown)) continue;
    const turn = shown && turnOf(shown, next);
    if (turn) flips = (flips ?? new Map(state.flippedFrom)).set(next.symbol, turn);
    else if (turn === null && (flips ?? state.flippedFrom).has(next.symbol)) {
      flips ??= new Map(state.flippedFrom);
      flips.delete(next.symbol);
    }
    bySymbol.set(next.symbol, next);
    offset = Math.max(offset, next.offset);
    instant = Math.max(instant, instantOf(next));
    changed = true;
  }
  return changed ? { ...state, bySymbol, flippedFrom: flips ?? state.flippedFrom, newest: { offset, instant } } : state;
}

/** A full snapshot, and any of another store epoch, replaces what was there; else it is more updates. */
export function fromSnapshot(state: SignalState, snapshot: Snapshot): SignalState {
  const anew = snapshot.full || snapshot.store_epoch !== state.storeEpoch;
  return withUpdates(anew ? { ...NO_SIGNALS, storeEpoch: snapshot.store_epoch } : state, snapshot.updates);
}
