import type { SidebarUpdate } from '../../core/contract/sidebar.ts';

type BySymbol = ReadonlyMap<string, SidebarUpdate>;

/** The order as it stood when a pointer or the keyboard came into the list, and what each row said then. */
export interface Frozen {
  order: readonly string[];
  seen: BySymbol;
}

const HOLDERS = ['pointer', 'focus', 'key'] as const;
/** Who may hold the list: a pointer or the keyboard that is in it, or the key that freezes it. */
export type Holder = (typeof HOLDERS)[number];

/** While anyone holds it, no row moves. */
export type Hold = Record<Holder, boolean> & { frozen: Frozen | null };

export const FREE: Hold = { pointer: false, focus: false, key: false, frozen: null };

/** `now` is what is on screen at this moment. */
export function withHolder(hold: Hold, holder: Holder, inside: boolean, now: Frozen): Hold {
  if (hold[holder] === inside) return hold;
  const next = { ...hold, [holder]: inside };
  return { ...next, frozen: HOLDERS.some((one) => next[one]) ? (hold.frozen ?? now) : null };
}

/** Takes the newest order; if someone is still in the list, that order is held from here on. */
export const released = (hold: Hold, now: Frozen): Hold => ({ ...hold, frozen: hold.frozen && now });

export interface Standing {
  rows: readonly string[];
  /** How many results wait for the list to be let go. */
  newer: number;
}

/**
 * Which rows to show, and how many newer ones wait. A frozen row keeps its place, whatever it says by
 * now; one whose symbol has left the store is gone. `order` is how it would stand unfrozen.
 */
export function standing(frozen: Frozen | null, order: readonly string[], bySymbol: BySymbol): Standing {
  if (!frozen) return { rows: order, newer: 0 };
  const rows = frozen.order.filter((symbol) => bySymbol.has(symbol));
  if (sameOrder(rows, order)) return { rows, newer: 0 };
  const held = new Set(rows);
  const waits = (symbol: string) => !held.has(symbol) || bySymbol.get(symbol) !== frozen.seen.get(symbol);
  return { rows, newer: order.filter(waits).length };
}

export const sameOrder = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((symbol, at) => symbol === b[at]);
