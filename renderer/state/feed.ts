import type { Origin } from '../../core/contract/result.ts';
import type { Price, Prices, SidebarUpdate, Snapshot, Status } from '../../core/contract/sidebar.ts';
import { parseInstant } from '../../core/signals/instant.ts';
import { fromSnapshot, NO_SIGNALS, type SignalState, withUpdates } from './signals.ts';

export type LinkState =
  /** The window's engine is on its way up. */
  | { is: 'starting'; part: string }
  /** The window's engine could not start, or has ended. */
  | { is: 'down'; part: string; message: string }
  | { is: 'connecting'; unanswered: boolean }
  /** Connected, and the snapshot is on its way. */
  | { is: 'catching_up' }
  | { is: 'live' }
  | { is: 'reconnecting' }
  | { is: 'refused'; code: string; message: string };

/** Everything that the engine has said, and how the link to it stands. */
export interface FeedState {
  link: LinkState;
  signals: SignalState;
  status: Status | null;
  /** The last price of each symbol that the engine has bars of. */
  prices: ReadonlyMap<string, Price>;
  /** Since when (wall clock) results have been stored that are not pushed yet; null when there are none. */
  laggingSince: number | null;
  /** When the engine was last heard, by the wall clock. */
  heardAt: number | null;
  /** The newest market time known, epoch ms; 0 where none is. */
  marketTime: number;
  /** Messages and rows that this page could not read. */
  unreadable: number;
}

export const NOTHING_HEARD: FeedState = {
  link: { is: 'connecting', unanswered: false },
  signals: NO_SIGNALS,
  status: null,
  prices: new Map(),
  laggingSince: null,
  heardAt: null,
  marketTime: 0,
  unreadable: 0,
};

export const withLink = (state: FeedState, link: LinkState): FeedState => ({ ...state, link });

/** A status is of its connection: the engine behind the next one may be another, with another store. */
export const withConnect = (state: FeedState): FeedState => ({
  ...state,
  link: { is: 'catching_up' },
  status: null,
  laggingSince: null,
});

/** After the first snapshot the rows stay on screen, so it must say that they are of before. */
export function withDisconnect(state: FeedState, unanswered = false): FeedState {
  const link: LinkState = state.signals.storeEpoch === null ? { is: 'connecting', unanswered } : { is: 'reconnecting' };
  return { ...state, link, laggingSince: null };
}

export const withUnreadable = (state: FeedState, count: number): FeedState => ({
  ...state,
  unreadable: state.unreadable + count,
});

const marketTimeOf = (status: Status | null): number => parseInstant(status?.market_time) ?? 0;

function withSignals(state: FeedState, signals: SignalState): FeedState {
  if (signals === state.signals) return state;
  const known = signals.storeEpoch === state.signals.storeEpoch ? state.marketTime : marketTimeOf(state.status);
  // What was analysed is past, so market time is at least there: `status` comes a little later.
  return { ...state, signals, marketTime: Math.max(known, signals.newest.instant) };
}

export const withPainted = (state: FeedState, updates: readonly SidebarUpdate[]): FeedState =>
  withSignals(state, withUpdates(state.signals, updates));

export const withSnapshot = (state: FeedState, snapshot: Snapshot, now: number): FeedState => ({
  ...withSignals(state, fromSnapshot(state.signals, snapshot)),
  link: { is: 'live' },
  heardAt: now,
});

export function withStatus(state: FeedState, status: Status, now: number): FeedState {
  return {
    ...state,
    status,
    heardAt: now,
    laggingSince: status.lag > 0 ? (state.laggingSince ?? now) : null,
    marketTime: Math.max(state.marketTime, marketTimeOf(status)),
  };
}

const isSame = (a: Price, b: Price | undefined): boolean =>
  b !== undefined &&
  a.price === b.price &&
  a.time === b.time &&
  a.decimals === b.decimals &&
  a.signal?.analyzed_at === b.signal?.analyzed_at &&
  a.signal?.price === b.signal?.price;

/** A price that has not changed stays the object it was, so that its row does not repaint. */
export function withPrices(state: FeedState, told: Prices): FeedState {
  const prices = new Map(state.prices);
  let changed = false;
  for (const price of told) {
    if (isSame(price, prices.get(price.symbol))) continue;
    prices.set(price.symbol, price);
    changed = true;
  }
  return changed ? { ...state, prices } : state;
}

/** Null before anything has said so. */
export function originOf({ status, signals }: Pick<FeedState, 'status' | 'signals'>): Origin | null {
  if (status) return status.origin;
  const [first] = signals.bySymbol.values();
  return first?.origin ?? null;
}

/** What ages are measured against: market time in a replay, the wall clock when live (R12). */
export const presentOf = (state: FeedState, wall: number): number =>
  (originOf(state) ?? 'live') === 'live' ? wall : state.marketTime;
