import type { SidebarUpdate } from '../../core/contract/sidebar.ts';

export interface Calm {
  /** Told of each batch as it is painted. */
  arrived(updates: readonly SidebarUpdate[]): void;
  /** Whether a row that says this is to flash: it has just come, and little else has. */
  flashes(update: SidebarUpdate): boolean;
}

const FLASH_MS = 1_200;
/** Beyond so many changes a second a flash says nothing: all rows would. */
const A_SECOND = 8;

/** Lets rows flash while few of them change. */
export function calmFlashes(now: () => number): Calm {
  const at = new WeakMap<SidebarUpdate, number>();
  let left = A_SECOND;
  let counted = 0;
  return {
    arrived(updates) {
      const time = now();
      left = Math.min(A_SECOND, left + ((time - counted) / 1_000) * A_SECOND) - updates.length;
      counted = time;
      if (left >= 0) for (const update of updates) at.set(update, time);
      left = Math.max(left, -A_SECOND);
    },
    flashes: (update) => now() - (at.get(update) ?? Number.NEGATIVE_INFINITY) < FLASH_MS,
  };
}
