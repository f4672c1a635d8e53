import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { percent } from '../../core/signals/percent.ts';
import { instantOf } from './signals.ts';
import { type Filter, SIGNAL_SHOWN, type Sort } from './view.ts';

type BySymbol = ReadonlyMap<string, SidebarUpdate>;
type Compare = (a: SidebarUpdate, b: SidebarUpdate) => number;
type Passes = (update: SidebarUpdate) => boolean;

/** A row that a trader should look at twice. */
export const isWarned = (update: SidebarUpdate): boolean => update.degraded || update.warning !== null;

const bySymbol: Compare = (a, b) => (a.symbol < b.symbol ? -1 : 1);
const newestFirst: Compare = (a, b) => instantOf(b) - instantOf(a) || b.offset - a.offset || bySymbol(a, b);
const names = new Intl.Collator('en', { numeric: true });

/** Every order ends in the same place for two rows that are otherwise equal. */
export const COMPARE: Readonly<Record<Sort, Compare>> = {
  time: newestFirst,
  confidence: (a, b) => b.confidence - a.confidence || newestFirst(a, b),
  risk: (a, b) => b.risk_score - a.risk_score || newestFirst(a, b),
  symbol: (a, b) => names.compare(a.symbol, b.symbol) || bySymbol(a, b),
};

/** Whether a row is let through; `watched` are the symbols of the filter's watchlist. */
export function matcher({ search, shown, warned, least, list }: Filter, watched: ReadonlySet<string>): Passes {
  const part = search.trim().toLocaleLowerCase();
  const wanted = shown === 'all' ? null : SIGNAL_SHOWN[shown];
  return (update) =>
    (wanted === null || update.signal === wanted) &&
    (!warned || isWarned(update)) &&
    // By the percent that is shown: what says 60% is at least 60%.
    (least === 0 || Number.parseInt(percent(update.confidence), 10) >= least) &&
    (list === null || watched.has(update.symbol)) &&
    (part === '' || update.symbol.toLocaleLowerCase().includes(part));
}

/** The symbols that pass, in order. */
export const orderOf = (bySymbol: BySymbol, passes: Passes, compare: Compare): string[] =>
  [...bySymbol.values()]
    .filter(passes)
    .sort(compare)
    .map(({ symbol }) => symbol);

/**
 * The same as `orderOf(next, ...)`, made from how it stood before some rows changed: what did not change is
 * in order already, so thousands of rows need no sorting in a frame in which a few have changed.
 */
export function reordered(
  order: readonly string[],
  before: BySymbol,
  next: BySymbol,
  passes: Passes,
  compare: Compare,
): string[] {
  const changed: SidebarUpdate[] = [];
  for (const [symbol, update] of next) if (before.get(symbol) !== update && passes(update)) changed.push(update);
  changed.sort(compare);
  const made: string[] = [];
  let at = 0;
  for (const symbol of order) {
    const update = next.get(symbol);
    if (!update || before.get(symbol) !== update) continue;
    for (let moved = changed[at]; moved && compare(moved, update) < 0; moved = changed[at]) {
      made.push(moved.symbol);
      at += 1;
    }
    made.push(symbol);
  }
  for (; at < changed.length; at += 1) made.push((changed[at] as SidebarUpdate).symbol);
  return made;
}
