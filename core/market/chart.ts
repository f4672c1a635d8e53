import type { BarsPage } from '../contract/bars.ts';
import { toIso } from '../signals/instant.ts';
import { type Bar, barClose, toRow } from './bar.ts';
import { PHASE_BARS, phaseStory } from './phase.ts';

interface ChartQuery {
  timeframe: string;
  /** Bars that open before this, epoch ms. */
  before: number;
  limit: number;
}

type Drawn = Pick<BarsPage, 'items' | 'phases' | 'events' | 'next'>;

/** Where in ascending bars the first one stands that opens at `time` or later. */
function placeOf(bars: readonly Bar[], time: number): number {
  let [low, high] = [0, bars.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bars[middle] as Bar).time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A page of a chart out of closed bars, oldest first: each bar's phase is the one that was read when it had
 * just closed, so a page never repaints. `whole` says that nothing came before the first bar; else the first
 * bars have no phase here, since what was read at their time looked at bars that are gone.
 */
export function chartPage(bars: readonly Bar[], whole: boolean, { timeframe, before, limit }: ChartQuery): Drawn {
  const end = placeOf(bars, before);
  const from = Math.max(0, end - limit);
  const items = bars.slice(from, end);
  const [first, last] = [items[0], items.at(-1)];
  if (!first || !last) return { items: [], phases: [], events: [] };
  const lead = Math.max(0, from - PHASE_BARS);
  const known = whole ? 0 : PHASE_BARS;
  const { trail, events } = phaseStory(bars.slice(lead, end));
  const phases: BarsPage['phases'] = [];
  for (let place = Math.max(from, known); place < end; place += 1) {
    const label = trail[place - lead];
    const bar = bars[place];
    if (!label || !bar) continue;
    const { phase: wyckoff_phase, tier } = label;
    const to = toIso(barClose(bar, timeframe));
    const run = phases.at(-1);
    if (run && run.wyckoff_phase === wyckoff_phase && run.tier === tier) run.to = to;
    else phases.push({ from: toIso(bar.time), to, wyckoff_phase, tier });
  }
  const since = bars[Math.max(from, known)]?.time ?? Number.POSITIVE_INFINITY;
  return {
    items: items.map(toRow),
    phases,
    events: events.filter(({ time }) => Date.parse(time) >= since),
    ...(from > 0 ? { next: toIso(first.time) } : {}),
  };
}
