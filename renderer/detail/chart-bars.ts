import type { BarsPage } from '../../core/contract/bars.ts';
import type { WyckoffPhase } from '../../core/contract/result.ts';
import { parseInstant } from '../../core/signals/instant.ts';

/** A closed bar, and the phase that the engine had read by its close; null where none is known of it. */
export interface ChartBar {
  /** Its opening, epoch ms. */
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  phase: { name: WyckoffPhase; tier: number } | null;
}

interface ChartEvent {
  /** Opening of its bar, epoch ms. */
  time: number;
  kind: string;
  value: number;
}

/** What a chart has so far, oldest first. */
export interface ChartBars {
  bars: readonly ChartBar[];
  events: readonly ChartEvent[];
  /** The `before` of the next older page; null where there is none. */
  older: string | null;
  timeframes: readonly string[];
}

export const NO_BARS: ChartBars = { bars: [], events: [], older: null, timeframes: [] };

/** A page with its runs of phases spread over its bars, so that pages can be joined bar by bar. */
export function fromPage(page: BarsPage): ChartBars {
  const runs = page.phases.map((run) => ({
    from: parseInstant(run.from) ?? 0,
    to: parseInstant(run.to) ?? 0,
    phase: { name: run.wyckoff_phase, tier: run.tier },
  }));
  let at = 0;
  const bars = page.items.map(([time, open, high, low, close, volume]): ChartBar => {
    for (let run = runs[at]; run && run.to <= time; run = runs[at]) at += 1;
    const run = runs[at];
    return { time, open, high, low, close, volume, phase: run && run.from <= time ? run.phase : null };
  });
  const events = page.events.map(({ time, kind, value }) => ({ time: parseInstant(time) ?? 0, kind, value }));
  return { bars, events, older: page.next ?? null, timeframes: page.timeframes };
}

/** Two stretches of one series; what stands in both is as the first had it, for nothing shown is repainted. */
export function joined(known: ChartBars, more: ChartBars): ChartBars {
  if (known.bars.length === 0) return more;
  const bars = new Map([...more.bars, ...known.bars].map((bar) => [bar.time, bar]));
  const events = new Map([...more.events, ...known.events].map((event) => [`${event.time} ${event.kind}`, event]));
  const isOlder = (more.bars[0]?.time ?? Number.POSITIVE_INFINITY) < (known.bars[0]?.time ?? 0);
  return {
    bars: [...bars.values()].sort((a, b) => a.time - b.time),
    events: [...events.values()].sort((a, b) => a.time - b.time),
    older: isOlder ? more.older : known.older,
    timeframes: more.timeframes,
  };
}

/** Where in ascending bars the newest one stands that opened at `time` or before; -1 before the first. */
export function barAt(bars: readonly { time: number }[], time: number): number {
  let [low, high] = [0, bars.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bars[middle] as { time: number }).time <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A run of bars that were read alike, by their places; both ends included. */
export interface Band {
  from: number;
  to: number;
  name: WyckoffPhase;
}

export function bandsOf(bars: readonly ChartBar[]): Band[] {
  const bands: Band[] = [];
  bars.forEach(({ phase }, place) => {
    if (!phase) return;
    const band = bands.at(-1);
    if (band && band.name === phase.name && band.to === place - 1) band.to = place;
    else bands.push({ from: place, to: place, name: phase.name });
  });
  return bands;
}
