import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { isNewer } from '../../core/signals/newer.ts';
import type { NextFrame } from './timing.ts';

export interface FrameBatch {
  add(updates: readonly SidebarUpdate[]): void;
  /** Forgets what was not painted yet: a full snapshot replaces it. */
  clear(): void;
}

/** Hands the newest result of each symbol to `paint`, at most once a frame. */
export function frameBatch(paint: (batch: SidebarUpdate[]) => void, nextFrame: NextFrame): FrameBatch {
  const pending = new Map<string, SidebarUpdate>();
  let asked = false;
  const flush = () => {
    asked = false;
    const batch = [...pending.values()];
    pending.clear();
    if (batch.length > 0) paint(batch);
  };
  return {
    add(updates) {
      for (const next of updates) if (isNewer(next, pending.get(next.symbol))) pending.set(next.symbol, next);
      if (asked || pending.size === 0) return;
      asked = true;
      nextFrame(flush);
    },
    clear: () => pending.clear(),
  };
}
