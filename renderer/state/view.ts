import type { Signal } from '../../core/contract/result.ts';

export const SORTS = ['time', 'confidence', 'risk', 'symbol'] as const;
export type Sort = (typeof SORTS)[number];

export const SHOWN = ['all', 'buy', 'sell', 'hold'] as const;
export type Shown = (typeof SHOWN)[number];

export const SIGNAL_SHOWN: Readonly<Record<Exclude<Shown, 'all'>, Signal>> = { buy: 'BUY', sell: 'SELL', hold: 'HOLD' };

/** What the list lets through. */
export interface Filter {
  search: string;
  shown: Shown;
  /** Only what is degraded or contradicts the phase. */
  warned: boolean;
  /** Percent; 0 lets everything through. */
  least: number;
  /** Name of a watchlist, or null for every symbol. */
  list: string | null;
}

/** What the page shows of what it knows: the filter, the order and what is open. */
export interface View extends Filter {
  sort: Sort;
  /** The symbol that is open. */
  symbol: string | null;
  /** The chart's timeframe where it is not the signal's own. */
  timeframe: string | null;
}

export const EVERYTHING: Filter = { search: '', shown: 'all', warned: false, least: 0, list: null };
export const FIRST_VIEW: View = { ...EVERYTHING, sort: 'time', symbol: null, timeframe: null };

export const isFiltered = ({ search, shown, warned, least, list }: Filter): boolean =>
  search.trim() !== '' || shown !== 'all' || warned || least > 0 || list !== null;

const TEXT_MAX = 64;
const text = (value: string | null): string | null => value?.slice(0, TEXT_MAX) || null;
const oneOf = <T extends string>(known: readonly T[], value: string | null): T | undefined =>
  known.find((one) => one === value);

/** A view as the address's fragment carries it, without what is as at first; "" for the first view. */
export function toFragment(view: View): string {
  const said: Record<string, string | null> = {
    q: view.search.trim() || null,
    show: view.shown === 'all' ? null : view.shown,
    warned: view.warned ? '1' : null,
    min: view.least > 0 ? String(view.least) : null,
    list: view.list,
    sort: view.sort === 'time' ? null : view.sort,
    symbol: view.symbol,
    timeframe: view.timeframe,
  };
  const parts = Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== null);
  return new URLSearchParams(parts).toString();
}

/** The view that a fragment names; what it does not name, or names wrongly, is as at first. */
export function fromFragment(fragment: string): View {
  const parts = new URLSearchParams(fragment.replace(/^#/, ''));
  const least = Number(parts.get('min'));
  return {
    search: text(parts.get('q')) ?? '',
    shown: oneOf(SHOWN, parts.get('show')) ?? 'all',
    warned: parts.get('warned') === '1',
    least: Number.isInteger(least) && least >= 0 && least <= 100 ? least : 0,
    list: text(parts.get('list')),
    sort: oneOf(SORTS, parts.get('sort')) ?? 'time',
    symbol: text(parts.get('symbol')),
    timeframe: text(parts.get('timeframe')),
  };
}
