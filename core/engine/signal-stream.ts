import type { SidebarUpdate } from '../contract/sidebar.ts';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';

/** How long an analysis waits for its validation before it is printed by itself. */
const HELD_MS = 2_000;

/**
 * Prints each signal once: validated, or provisional where no validator answers in time. A terminal
 * cannot take a line back, as the sidebar can.
 */
export function signalStream(print: (update: SidebarUpdate) => void, clock: Pick<Clock, 'after'>) {
  const held = new Map<string, { update: SidebarUpdate; release: Disposer }>();
  const take = (symbol: string): SidebarUpdate | undefined => {
    const waiting = held.get(symbol);
    waiting?.release();
    held.delete(symbol);
    return waiting?.update;
  };
  return (update: SidebarUpdate): void => {
    const before = take(update.symbol);
    if (before && before.analyzed_at !== update.analyzed_at) print(before);
    if (update.stage === 'signal') return print(update);
    const release = clock.after(HELD_MS, () => {
      held.delete(update.symbol);
      print(update);
    });
    held.set(update.symbol, { update, release });
  };
}
