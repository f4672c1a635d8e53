import { createElement, type ReactNode } from 'react';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { openAlarmDesk } from '../state/alarms.ts';
import type { Appearance } from '../state/appearance.ts';
import { calmFlashes } from '../state/calm.ts';
import { feedClock } from '../state/clock.ts';
import type { FeedState } from '../state/feed.ts';
import { openListing } from '../state/listing.ts';
import { type Stores, StoresProvider } from '../state/stores.ts';
import { FIRST_VIEW, type View } from '../state/view.ts';
import { NO_LISTS, type Watchlists } from '../state/watchlists.ts';

const unused = () => Promise.reject(new Error('this part of the page asks for nothing'));

/** The stores of a page for tests, around what its engine has said; its clock moves by `later` alone. */
export function aPage(heard: FeedState): {
  stores: Stores;
  within: (children: ReactNode) => ReactNode;
  later: (ms: number) => void;
} {
  let wall = 100_000;
  const feed: StoreApi<FeedState> = createStore(() => heard);
  const view = createStore<View>(() => FIRST_VIEW);
  const watchlists = createStore<Watchlists>(() => NO_LISTS);
  let tick = () => {};
  const { clock } = feedClock({
    feed,
    now: () => wall,
    every: (_ms, run) => {
      tick = run;
      return () => {};
    },
  });
  const stores: Stores = {
    feed,
    clock,
    view,
    watchlists,
    listing: openListing({ feed, view, watchlists }),
    calm: calmFlashes(() => wall),
    alarms: openAlarmDesk({ feed }),
    api: {
      bars: unused,
      records: unused,
      chain: unused,
      analyse: unused,
      settings: unused,
      command: unused,
      importBars: unused,
      diagnostics: unused,
    },
    appearance: createStore<Appearance>(() => ({ theme: 'system', density: 'roomy' })),
  };
  return {
    stores,
    within: (children) => createElement(StoresProvider, { value: stores }, children),
    later: (ms) => {
      wall += ms;
      tick();
    },
  };
}
