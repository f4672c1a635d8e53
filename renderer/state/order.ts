import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { instantOf } from './signals.ts';

export const SHOWN = ['all', 'buy', 'sell', 'warned'] as const;
export type Shown = (typeof SHOWN)[number];

export interface Filter {
  search: string;
  shown: Shown;
}

export const EVERYTHING: Filter = { search: '', shown: 'all' };

/** A row that a trader should look at twice. */
export const isWarned = (update: SidebarUpdate): boolean => update.degraded || update.warning !== null;

const passes: Record<Shown, (update: SidebarUpdate) => boolean> = {
  all: () => true,
  buy: ({ signal }) => signal === 'BUY',
  sell: ({ signal }) => signal === 'SELL',
  warned: isWarned,
};

/** Newest first: by `analyzed_at`, then offset. */
const newestFirst = (a: SidebarUpdate, b: SidebarUpdate): number => instantOf(b) - instantOf(a) || b.offset - a.offset;

export function matcher({ search, shown }: Filter): (update: SidebarUpdate) => boolean {
  const part = search.trim().toLocaleLowerCase();
  return (update) => passes[shown](update) && update.symbol.toLocaleLowerCase().includes(part);
}

/** The symbols that the filter lets through, newest first. */
export function orderOf(bySymbol: ReadonlyMap<string, SidebarUpdate>, filter: Filter): string[] {
  return [...bySymbol.values()]
    .filter(matcher(filter))
    .sort(newestFirst)
    .map(({ symbol }) => symbol);
}
