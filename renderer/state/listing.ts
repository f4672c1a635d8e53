import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import type { FeedState } from './feed.ts';
import { FREE, type Hold, type Holder, released, sameOrder, standing, withHolder } from './frozen-order.ts';
import { COMPARE, matcher, orderOf, reordered } from './order.ts';
import { SORTS, type Sort, type View } from './view.ts';
import type { Watchlists } from './watchlists.ts';

/** Which rows stand where. */
export interface ListingState {
  rows: readonly string[];
  /** Results that wait for the list to be let go. */
  newer: number;
  /** How many symbols the filter lets through. */
  passing: number;
  hold: Hold;
}

export interface Listing {
  store: StoreApi<ListingState>;
  /** The pointer, the keyboard or a key of its own holds the list, or lets it go. */
  hold(holder: Holder, inside: boolean): void;
  /** Takes the newest order, whoever is in the list. */
  release(): void;
  close(): void;
}

interface Asked {
  view: View;
  watched: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
const listKey = ({ search, shown, warned, least, list, sort }: View): string =>
  [search, shown, warned, least, list, SORTS.indexOf(sort)].join('\n');

/** Keeps the rows in order as results, filter and watchlists change, and still while someone is among them. */
export function openListing(stores: {
  feed: StoreApi<FeedState>;
  view: StoreApi<View>;
  watchlists: StoreApi<Watchlists>;
}): Listing {
  const { feed, view, watchlists } = stores;
  let bySymbol: ReadonlyMap<string, SidebarUpdate> = new Map();
  let order: readonly string[] = [];
  const ask = (): Asked => {
    const now = view.getState();
    return { view: now, watched: (now.list !== null && watchlists.getState().lists.get(now.list)) || NONE };
  };
  let asked = ask();
  const store = createStore<ListingState>(() => ({ rows: [], newer: 0, passing: 0, hold: FREE }));
  const compare = (sort: Sort) => COMPARE[sort];

  const show = (hold: Hold): void => {
    const { rows, newer } = standing(hold.frozen, order, bySymbol);
    store.setState((before) => ({
      // The same array while its content is the same, so that rows are compared only when one has moved.
      rows: sameOrder(before.rows, rows) ? before.rows : rows,
      newer,
      passing: order.length,
      hold,
    }));
  };
  const now = () => ({ order, seen: bySymbol });

  const onFeed = (): void => {
    const next = feed.getState().signals.bySymbol;
    if (next === bySymbol) return;
    const { view: wanted, watched } = asked;
    order = reordered(order, bySymbol, next, matcher(wanted, watched), compare(wanted.sort));
    bySymbol = next;
    show(store.getState().hold);
  };
  const onAsked = (): void => {
    const next = ask();
    const same = listKey(next.view) === listKey(asked.view) && next.watched === asked.watched;
    asked = next;
    if (same) return;
    order = orderOf(bySymbol, matcher(next.view, next.watched), compare(next.view.sort));
    // Another filter is another list: it is asked for, so it shows at once.
    show(released(store.getState().hold, now()));
  };

  const leave = [feed.subscribe(onFeed), view.subscribe(onAsked), watchlists.subscribe(onAsked)];
  onFeed();
  return {
    store,
    hold(holder, inside) {
      const before = store.getState().hold;
      const next = withHolder(before, holder, inside, now());
      if (next !== before) show(next);
    },
    release: () => show(released(store.getState().hold, now())),
    close: () => {
      for (const end of leave) end();
    },
  };
}
