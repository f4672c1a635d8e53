import type { Stage } from '../contract/result.ts';
import { parseInstant } from './instant.ts';

/** What R4 orders a symbol's results by. */
export interface Ordered {
  analyzed_at: string;
  stage: Stage;
  offset: number;
}

const rank: Record<Stage, number> = { analysis: 0, signal: 1 };

/** Negative where `a` comes before `b`: by instant, then analysis before signal, then offset (R4). */
export function compareOrder(a: Ordered, b: Ordered): number {
  const instants = (parseInstant(a.analyzed_at) ?? 0) - (parseInstant(b.analyzed_at) ?? 0);
  return instants || rank[a.stage] - rank[b.stage] || a.offset - b.offset;
}

/** Whether `next` may replace what is shown of its symbol (R4, FM-RF-001). */
export const isNewer = (next: Ordered, shown: Ordered | undefined): boolean =>
  shown === undefined || compareOrder(next, shown) > 0;
