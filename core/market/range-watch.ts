import type { Way } from './climax.ts';
import { at, type LogBars, usualRange } from './log-bars.ts';

/** Places of the bars whose low and high are the boundaries of a trading range. */
export interface Boundaries {
  readonly support: number;
  readonly resistance: number;
}

const ATR_BARS = 14;
const OUTSIDE = 0.5;
const FAR_OUTSIDE = 2;

/** The lowest low and highest high of the bars from one place to another, both included. */
export function boundariesOf(logs: LogBars, from: number, to: number): Boundaries {
  let support = from;
  let resistance = from;
  for (let place = from + 1; place <= to; place += 1) {
    if (at(logs.low, place) < at(logs.low, support)) support = place;
    if (at(logs.high, place) > at(logs.high, resistance)) resistance = place;
  }
  return { support, resistance };
}

/** Whether a bar pierced the boundary of this side and closed back inside: a spring below, an upthrust above. */
export function reclaims(logs: LogBars, place: number, { support, resistance }: Boundaries, side: Way): boolean {
  const close = at(logs.close, place);
  return side === 1
    ? at(logs.high, place) > at(logs.high, resistance) && close < at(logs.high, resistance)
    : at(logs.low, place) < at(logs.low, support) && close > at(logs.low, support);
}

export type Outside = { readonly is: 'inside' } | { readonly is: 'outside' | 'far'; readonly way: Way };

/** Where a bar closed: within half a usual range of the boundaries, beyond it, or beyond two. */
export function closesOutside(logs: LogBars, place: number, { support, resistance }: Boundaries): Outside {
  const usual = usualRange(logs, place, ATR_BARS);
  const close = at(logs.close, place);
  const above = close - at(logs.high, resistance);
  const below = at(logs.low, support) - close;
  const beyond = Math.max(above, below);
  if (beyond <= OUTSIDE * usual) return { is: 'inside' };
  return { is: beyond > FAR_OUTSIDE * usual ? 'far' : 'outside', way: above > below ? 1 : -1 };
}
