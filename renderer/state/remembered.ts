import type { StoreApi } from 'zustand/vanilla';
import { FIRST_VIEW, fromFragment, toFragment, type View } from './view.ts';
import { readWatchlists, storedWatchlists, type Watchlists } from './watchlists.ts';

const VIEW = 'aurora.view';
const LISTS = 'aurora.watchlists';

/** Where a page keeps what it was set to. */
export interface Memory {
  storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** `location.hash`, with its #. */
  fragment(): string;
  /** Puts a fragment into the address bar, without its #. */
  setFragment(fragment: string): void;
}

/** A full or forbidden storage costs what would have been remembered, nothing else. */
function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}

/** The address says how the page stands; without a word there, it stands as it was left, nothing open. */
export function firstView({ storage, fragment }: Memory): View {
  const said = fragment().replace(/^#/, '');
  if (said !== '') return fromFragment(said);
  return { ...fromFragment(attempt(() => storage.getItem(VIEW)) ?? ''), symbol: FIRST_VIEW.symbol, timeframe: null };
}

export const firstWatchlists = ({ storage }: Memory): Watchlists =>
  readWatchlists(attempt(() => storage.getItem(LISTS)));

/** Keeps address and storage at what the page is set to. */
export function remember(memory: Memory, view: StoreApi<View>, watchlists: StoreApi<Watchlists>): void {
  const write = (): void => {
    const fragment = toFragment(view.getState());
    memory.setFragment(fragment);
    attempt(() => memory.storage.setItem(VIEW, fragment));
  };
  view.subscribe(write);
  write();
  watchlists.subscribe((state) => attempt(() => memory.storage.setItem(LISTS, storedWatchlists(state))));
}
