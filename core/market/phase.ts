import type { Tier, WyckoffPhase } from '../contract/result.ts';
import { toIso } from '../signals/instant.ts';
import type { Bar } from './bar.ts';
import { CLIMAX_BARS, type Way } from './climax.ts';
import { cleanStarts } from './faults.ts';
import { logBars } from './log-bars.ts';
import { advance, climaxMark, type Mark, moodAt, type PhaseEventKind, type PhaseState } from './phase-state.ts';

/** What happened in the bars that the phase is read from; `time` is the bar's opening, `value` a price. */
export interface PhaseEvent {
  time: string;
  kind: PhaseEventKind;
  value: number;
}

/** Tier 1 has an event behind it, 2 is geometry alone, 0 is unknown; `age` counts the bars of the phase. */
export interface PhaseReading {
  phase: WyckoffPhase;
  tier: Tier;
  range: { support: number; resistance: number } | null;
  events: readonly PhaseEvent[];
  age: number;
}

/** The newest bars that a reading looks at; older ones would not change it. */
export const PHASE_BARS = 500;

const BARS_TO_CHANGE = 3;
const EVENTS_KEPT = 16;
const UNKNOWN: PhaseReading = { phase: 'unknown', tier: 0, range: null, events: [], age: 0 };

/** The state at each bar, knowing that bar and those before it alone. */
function* statesOf(bars: readonly Bar[]): Generator<PhaseState> {
  const logs = logBars(bars);
  const starts = cleanStarts(bars, logs);
  let state: PhaseState = { is: 'unknown' };
  let mood: Way | 0 | null = null;
  let alike = 0;
  for (let place = 0; place < bars.length; place += 1) {
    if (place - (starts[place] ?? place) < CLIMAX_BARS) {
      state = { is: 'unknown' };
      mood = null;
    } else {
      const next = moodAt(logs, place);
      alike = next === mood ? alike + 1 : 1;
      mood = next;
      state = advance(state, logs, place, alike >= BARS_TO_CHANGE ? mood : null);
    }
    yield state;
  }
}

function labelOf(state: PhaseState): { phase: WyckoffPhase; tier: Tier } {
  if (state.is === 'unknown') return { phase: 'unknown', tier: 0 };
  if (state.is === 'trend') return { phase: state.way === 1 ? 'markup' : 'markdown', tier: 2 };
  return { phase: state.after === 1 ? 'distribution' : 'accumulation', tier: state.tier };
}

const PRICE_OF: Readonly<Record<PhaseEventKind, 'low' | 'high' | 'close'>> = {
  selling_climax: 'low',
  buying_climax: 'high',
  spring: 'low',
  upthrust: 'high',
  close_above_range: 'close',
  close_below_range: 'close',
};

const eventsOf = (marks: readonly Mark[], bars: readonly Bar[]): PhaseEvent[] =>
  marks.flatMap(({ place, kind }) => {
    const bar = bars[place];
    return bar ? [{ time: toIso(bar.time), kind, value: bar[PRICE_OF[kind]] }] : [];
  });

/** Phase and tier of each bar in turn, as they were read when that bar had just closed. */
export const phaseTrail = (bars: readonly Bar[]): { phase: WyckoffPhase; tier: Tier }[] =>
  Array.from(statesOf(bars), labelOf);

function marksOf(state: PhaseState): readonly Mark[] {
  if (state.is === 'range') return state.marks;
  return state.is === 'trend' && state.climax !== null ? [climaxMark(state.way, state.climax)] : [];
}

/** The trail, and every event that any reading on the way has named: each was known when its bar had closed. */
export function phaseStory(bars: readonly Bar[]): { trail: ReturnType<typeof phaseTrail>; events: PhaseEvent[] } {
  const marks = new Map<string, Mark>();
  const trail = Array.from(statesOf(bars), (state) => {
    const newest = marksOf(state).at(-1);
    if (newest) marks.set(`${newest.place} ${newest.kind}`, newest);
    return labelOf(state);
  });
  return { trail, events: eventsOf([...marks.values()], bars) };
}

/**
 * Wyckoff phase of closed bars, oldest first: straight moves are markup or markdown, a range after one is
 * distribution or accumulation. Too few, faulty or torn bars are `unknown`; never throws.
 */
export function readPhase(bars: readonly Bar[]): PhaseReading {
  let state: PhaseState = { is: 'unknown' };
  for (const next of statesOf(bars)) state = next;
  if (state.is === 'unknown') return UNKNOWN;
  const age = bars.length - state.since;
  const { phase, tier } = labelOf(state);
  const events = eventsOf(marksOf(state).slice(-EVENTS_KEPT), bars);
  if (state.is === 'trend') return { phase, tier, range: null, events, age };
  const support = bars[state.boundaries.support]?.low;
  const resistance = bars[state.boundaries.resistance]?.high;
  const range = support === undefined || resistance === undefined ? null : { support, resistance };
  return { phase, tier, range, events, age };
}
