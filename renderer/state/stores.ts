import { createContext, use } from 'react';
import { useStore } from 'zustand/react';
import type { StoreApi } from 'zustand/vanilla';
import type { Price, SidebarUpdate } from '../../core/contract/sidebar.ts';
import type { Api } from '../feed/api.ts';
import type { AlarmDesk } from './alarms.ts';
import type { Appearance } from './appearance.ts';
import type { Calm } from './calm.ts';
import type { ClockState } from './clock.ts';
import { type Connection, connectionOf } from './connection.ts';
import type { FeedState } from './feed.ts';
import type { Listing, ListingState } from './listing.ts';
import type { View } from './view.ts';
import { isWatched, type Watchlists } from './watchlists.ts';

/** What the page shows and where it comes from; made in main.tsx, so that two pages can live in one test. */
export interface Stores {
  feed: StoreApi<FeedState>;
  clock: StoreApi<ClockState>;
  view: StoreApi<View>;
  watchlists: StoreApi<Watchlists>;
  listing: Listing;
  calm: Calm;
  alarms: AlarmDesk;
  api: Api;
  appearance: StoreApi<Appearance>;
}

const StoresContext = createContext<Stores | null>(null);
export const StoresProvider = StoresContext.Provider;

export function useStores(): Stores {
  const stores = use(StoresContext);
  if (!stores) throw new Error('A part of the sidebar stands outside its StoresProvider');
  return stores;
}

export const useFeed = <T>(select: (state: FeedState) => T): T => useStore(useStores().feed, select);
export const useClock = <T>(select: (state: ClockState) => T): T => useStore(useStores().clock, select);

export const useView = <T>(select: (state: View) => T): T => useStore(useStores().view, select);
export const useListing = <T>(select: (state: ListingState) => T): T => useStore(useStores().listing.store, select);

export function useWatchlists(): Watchlists {
  return useStore(useStores().watchlists);
}

/** Whether a symbol is on the list that is shown, or on the one that `w` fills while none is. */
export function useWatched(symbol: string): boolean {
  const list = useView((view) => view.list) ?? undefined;
  return useStore(useStores().watchlists, (state) => isWatched(state, symbol, list));
}

const NO_ALARMS: readonly string[] = [];

/** The store's alarms, apart by whether they were put away. */
export function useAlarms(): { open: readonly string[]; away: number } {
  const told = useFeed((state) => state.status?.alarms ?? NO_ALARMS);
  const { away } = useStore(useStores().alarms.store);
  const open = told.filter((sentence) => !away.has(sentence));
  return { open, away: told.length - open.length };
}

export const usePrice = (symbol: string): Price | undefined => useFeed((state) => state.prices.get(symbol));

/** A row's own subscription: one result repaints one row. */
export const useSignal = (symbol: string): SidebarUpdate | undefined =>
  useFeed((state) => state.signals.bySymbol.get(symbol));

export function useConnection(): Connection {
  const link = useFeed((state) => state.link);
  const status = useFeed((state) => state.status);
  const heardAt = useFeed((state) => state.heardAt);
  const laggingSince = useFeed((state) => state.laggingSince);
  const wall = useClock((state) => state.wall);
  return connectionOf({ link, status, heardAt, laggingSince }, wall);
}
