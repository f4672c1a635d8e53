import type { BarRow, MarketContext } from '../contract/task.ts';
import { type Bar, toRow } from './bar.ts';
import { PHASE_BARS, readPhase } from './phase.ts';
import { volumeTrend } from './volume-trend.ts';

/** About 17 KiB of JSON: a socket message holds 256 KiB, and the trend rules ask for 200. */
const TASK_BARS = 250;

export interface TaskContext {
  bars: BarRow[];
  context_tier: string | null;
  market_context: MarketContext | null;
}

/** What a trading task travels with: the newest 250 bars and the engine's reading; nothing where there are none. */
export function marketContext(bars: readonly Bar[]): TaskContext {
  if (bars.length === 0) return { bars: [], context_tier: null, market_context: null };
  const { phase, tier, range, events } = readPhase(bars.slice(-PHASE_BARS));
  return {
    bars: bars.slice(-TASK_BARS).map(toRow),
    context_tier: 'full',
    market_context: {
      wyckoff_phase: phase,
      volume_trend: volumeTrend(bars),
      tier,
      events: [...events],
      range,
    },
  };
}
