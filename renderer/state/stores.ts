import { createContext, use } from 'react';
import { useStore } from 'zustand/react';
import type { StoreApi } from 'zustand/vanilla';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import type { ClockState } from './clock.ts';
import { type Connection, connectionOf } from './connection.ts';
import type { FeedState } from './feed.ts';

/** What the page shows and where it comes from; made in main.tsx, so that two pages can live in one test. */
export interface Stores {
  feed: StoreApi<FeedState>;
  clock: StoreApi<ClockState>;
}

const StoresContext = createContext<Stores | null>(null);
export const StoresProvider = StoresContext.Provider;

function useStores(): Stores {
  const stores = use(StoresContext);
  if (!stores) throw new Error('A part of the sidebar stands outside its StoresProvider');
  return stores;
}

export const useFeed = <T>(select: (state: FeedState) => T): T => useStore(useStores().feed, select);
export const useClock = <T>(select: (state: ClockState) => T): T => useStore(useStores().clock, select);

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
