import type { Adjustment } from '../../core/contract/result.ts';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { product } from '../../core/signals/product.ts';

/** One step from what the model said to what is shown; shares of 1. */
export interface Step {
  kind: 'said' | Adjustment['kind'] | 'shown';
  label: string;
  multiplier: number | null;
  from: number;
  to: number;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Why this confidence: model said, each adjustment with its reason, shown. */
export function waterfall(update: Pick<SidebarUpdate, 'original_confidence' | 'adjustments' | 'confidence'>): Step[] {
  let level = update.original_confidence;
  const adjusted = update.adjustments.map(({ kind, multiplier, reason }): Step => {
    const before = level;
    level = product(before, multiplier);
    return { kind, label: capital(reason), multiplier, from: level, to: before };
  });
  return [
    { kind: 'said', label: 'Model said', multiplier: null, from: 0, to: update.original_confidence },
    ...adjusted,
    { kind: 'shown', label: 'Shown', multiplier: null, from: 0, to: update.confidence },
  ];
}
