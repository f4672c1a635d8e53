import { isClimax, type Way } from './climax.ts';
import { efficiency } from './geometry.ts';
import type { LogBars } from './log-bars.ts';
import { type Boundaries, boundariesOf, closesOutside, reclaims } from './range-watch.ts';

export type PhaseEventKind =
  | 'selling_climax'
  | 'buying_climax'
  | 'spring'
  | 'upthrust'
  | 'close_above_range'
  | 'close_below_range';

/** An event by its bar's place. */
export interface Mark {
  readonly place: number;
  readonly kind: PhaseEventKind;
}

export type PhaseState =
  | { readonly is: 'unknown' }
  | {
      readonly is: 'trend';
      readonly way: Way;
      readonly since: number;
      /** Place of a climax of the last 30 bars. */
      readonly climax: number | null;
    }
  | {
      readonly is: 'range';
      /** The trend that led into it: down makes it accumulation, up distribution. */
      readonly after: Way;
      readonly since: number;
      readonly tier: 1 | 2;
      readonly boundaries: Boundaries;
      /** Last place at which the boundaries of a climax's range still widen. */
      readonly widensTo: number;
      /** The side on which the bar before closed outside; 0 inside. */
      readonly outside: Way | 0;
      readonly marks: readonly Mark[];
    };
type Trend = Extract<PhaseState, { is: 'trend' }>;
type Range = Extract<PhaseState, { is: 'range' }>;

const ER_BARS = 30;
const STRAIGHT = 0.3;
const CLIMAX_REACH = 30;
const WIDENING = 12;
const RANGE_BARS = 15;
const LONGEST_RANGE = 150;

/** Which way the last 30 bars went; 0 where they went nowhere. */
export function moodAt({ close }: LogBars, place: number): Way | 0 {
  const straightness = efficiency(close, place, ER_BARS);
  if (Math.abs(straightness) < STRAIGHT) return 0;
  return straightness > 0 ? 1 : -1;
}

const trend = (way: Way, since: number): Trend => ({ is: 'trend', way, since, climax: null });

/** The event of a trend's climax. */
export const climaxMark = (way: Way, place: number): Mark => ({
  place,
  kind: way === 1 ? 'buying_climax' : 'selling_climax',
});

/** A range after a trend: from the trend's climax where there was one, else from the last bars' shape alone. */
function openRange(logs: LogBars, place: number, { way, climax }: Trend): Range {
  const shape = { is: 'range', after: way, since: place, outside: 0 } as const;
  if (climax === null)
    return {
      ...shape,
      tier: 2,
      boundaries: boundariesOf(logs, place - RANGE_BARS + 1, place),
      widensTo: place,
      marks: [],
    };
  return {
    ...shape,
    tier: 1,
    boundaries: boundariesOf(logs, climax, place),
    widensTo: climax + WIDENING,
    marks: [climaxMark(way, climax)],
  };
}

/** A boundary that closes have broken is none: the range is drawn anew and what raised its tier is void. */
function broken(logs: LogBars, place: number, range: Range, way: Way): Range {
  return {
    ...range,
    tier: 2,
    outside: 0,
    boundaries: boundariesOf(logs, place - RANGE_BARS + 1, place),
    widensTo: place,
    marks: [...range.marks, { place, kind: way === 1 ? 'close_above_range' : 'close_below_range' }],
  };
}

function reclaimed(place: number, range: Range): Range {
  const { after, boundaries } = range;
  return {
    ...range,
    tier: 1,
    outside: 0,
    boundaries: after === 1 ? { ...boundaries, resistance: place } : { ...boundaries, support: place },
    marks: [...range.marks, { place, kind: after === 1 ? 'upthrust' : 'spring' }],
  };
}

function withinRange(logs: LogBars, place: number, range: Range): Range {
  if (place <= range.widensTo) {
    const { support, resistance } = range.boundaries;
    return { ...range, boundaries: boundariesOf(logs, Math.min(support, resistance), place) };
  }
  const where = closesOutside(logs, place, range.boundaries);
  if (where.is === 'far' || (where.is === 'outside' && where.way === range.outside))
    return broken(logs, place, range, where.way);
  if (reclaims(logs, place, range.boundaries, range.after)) return reclaimed(place, range);
  return { ...range, outside: where.is === 'inside' ? 0 : where.way };
}

function newestClimax(logs: LogBars, place: number, { way, climax }: Trend): number | null {
  if (isClimax(logs, place, way)) return place;
  return climax !== null && place - climax <= CLIMAX_REACH ? climax : null;
}

/**
 * The state after one more bar. `settled` is the mood that the last three bars share, null where they
 * differ. A range after a fall is accumulation, after a rise distribution (Wyckoff by geometry).
 */
export function advance(state: PhaseState, logs: LogBars, place: number, settled: Way | 0 | null): PhaseState {
  const turned = settled === 1 || settled === -1 ? settled : null;
  if (state.is === 'trend') {
    if (turned !== null && turned !== state.way) return trend(turned, place);
    const now = { ...state, climax: newestClimax(logs, place, state) };
    return settled === 0 ? openRange(logs, place, now) : now;
  }
  if (turned !== null) return trend(turned, place);
  if (state.is === 'unknown' || place - state.since >= LONGEST_RANGE) return { is: 'unknown' };
  return withinRange(logs, place, state);
}
