import { z } from 'zod';

/** Symbols that a trader keeps together, by the list's name. */
export interface Watchlists {
  readonly lists: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Where `w` puts a symbol while no other list is shown. */
export const WATCHED = 'Watched';
export const NAME_MAX = 40;
const LISTS_MAX = 50;
const SYMBOLS_MAX = 2_000;

export const NO_LISTS: Watchlists = { lists: new Map([[WATCHED, new Set<string>()]]) };

const storedSchema = z.record(z.string().min(1).max(NAME_MAX), z.array(z.string().max(64)).max(SYMBOLS_MAX));

/** What was stored, as far as it can be read. */
export function readWatchlists(stored: string | null): Watchlists {
  try {
    const read = storedSchema.safeParse(JSON.parse(stored ?? ''));
    if (!read.success) return NO_LISTS;
    const lists = Object.entries(read.data).slice(0, LISTS_MAX);
    return { lists: new Map([...NO_LISTS.lists, ...lists.map(([name, all]) => [name, new Set(all)] as const)]) };
  } catch {
    return NO_LISTS;
  }
}

export const storedWatchlists = ({ lists }: Watchlists): string =>
  JSON.stringify(Object.fromEntries([...lists].map(([name, symbols]) => [name, [...symbols]])));

export const isWatched = ({ lists }: Watchlists, symbol: string, list = WATCHED): boolean =>
  lists.get(list)?.has(symbol) ?? false;

/** Puts a symbol on a list, or takes it off; the list is made where it is not there. */
export function toggled(state: Watchlists, symbol: string, list = WATCHED): Watchlists {
  const symbols = new Set(state.lists.get(list));
  if (!symbols.delete(symbol) && symbols.size < SYMBOLS_MAX) symbols.add(symbol);
  return { lists: new Map(state.lists).set(list, symbols) };
}

/** A new, empty list; the state as it was where the name is taken, empty or too long. */
export function withList(state: Watchlists, name: string): Watchlists {
  const named = name.trim();
  if (named === '' || named.length > NAME_MAX || state.lists.has(named) || state.lists.size >= LISTS_MAX) return state;
  return { lists: new Map(state.lists).set(named, new Set()) };
}

/** Without a list; the one that `w` needs is emptied and stays. */
export function withoutList(state: Watchlists, name: string): Watchlists {
  const lists = new Map(state.lists);
  if (name === WATCHED) lists.set(name, new Set());
  else lists.delete(name);
  return { lists };
}
