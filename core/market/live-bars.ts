import { z } from 'zod';
import { barRowSchema } from '../contract/task.ts';
import { type Bar, barClose, barFault, fromRow } from './bar.ts';
import { SPLIT } from './faults.ts';

/** What stands out about what a feed sent. */
export interface Oddity {
  is: 'unreadable' | 'unsound' | 'backwards' | 'changed' | 'missing' | 'no volume' | 'jump';
  /** Epoch ms of the bar's opening; null where it has none that can be read. */
  time: number | null;
  what: string;
}

export interface Taken {
  /** Closed, sound, newer than all before, oldest first. */
  bars: Bar[];
  /** Opening of the first bar that is missing before one that came; bars from there on were not taken. Else null. */
  gap: number | null;
  oddities: Oddity[];
}

const rowsSchema = z.array(z.unknown()).max(5_000);

/**
 * What one series of a live feed lets in: each bar once, only when it has closed, in order and without a gap, as
 * long as the bars that are missing may still come.
 */
export class LiveBars {
  readonly #timeframe: string;
  #last: Bar | null;

  constructor(timeframe: string, last: Bar | null) {
    this.#timeframe = timeframe;
    this.#last = last;
  }

  get last(): Bar | null {
    return this.#last;
  }

  /** Epoch ms at which the bar after the last one closes; null before the first. */
  get nextClose(): number | null {
    return this.#last && barClose({ time: barClose(this.#last, this.#timeframe) }, this.#timeframe);
  }

  /** `forgiving` takes what comes after a gap too: nobody has the bars in it. */
  take(answer: unknown, now: number, forgiving: boolean): Taken {
    const taken: Taken = { bars: [], gap: null, oddities: [] };
    const rows = rowsSchema.safeParse(answer);
    if (!rows.success) {
      taken.oddities.push({ is: 'unreadable', time: null, what: 'the answer is no list of bars' });
      return taken;
    }
    for (const row of rows.data) {
      if (taken.gap !== null) break;
      this.#next(row, now, forgiving, taken);
    }
    return taken;
  }

  #next(row: unknown, now: number, forgiving: boolean, taken: Taken): void {
    const bar = readBar(row, taken.oddities);
    if (!bar || barClose(bar, this.#timeframe) > now) return;
    const last = this.#last;
    if (last && bar.time <= last.time) return noteOld(bar, last, taken);
    const expected = last && barClose(last, this.#timeframe);
    const isGap = expected !== null && bar.time > expected;
    if (isGap && !forgiving) {
      taken.gap = expected;
      return;
    }
    if (isGap) taken.oddities.push({ is: 'missing', time: expected, what: 'bars that the feed does not have' });
    noteNew(bar, last, taken);
    this.#last = bar;
    taken.bars.push(bar);
  }
}

/** A sound bar, or null with a note of what is wrong with it. */
function readBar(row: unknown, oddities: Oddity[]): Bar | null {
  const parsed = barRowSchema.safeParse(row);
  if (!parsed.success) {
    oddities.push({ is: 'unreadable', time: null, what: `${JSON.stringify(row)?.slice(0, 120)} is no bar` });
    return null;
  }
  const bar = fromRow(parsed.data);
  const what = barFault(bar);
  if (what === null) return bar;
  oddities.push({ is: 'unsound', time: Number.isSafeInteger(bar.time) ? bar.time : null, what });
  return null;
}

function noteOld(bar: Bar, last: Bar, { bars, oddities }: Taken): void {
  if (bar.time < last.time) {
    if (bars.length > 0) oddities.push({ is: 'backwards', time: bar.time, what: 'older than the one before it' });
  } else if (bar.close !== last.close) {
    const what = `closed at ${last.close} when it came first, now at ${bar.close}`;
    oddities.push({ is: 'changed', time: bar.time, what });
  }
}

function noteNew(bar: Bar, last: Bar | null, { oddities }: Taken): void {
  if (bar.volume === 0) oddities.push({ is: 'no volume', time: bar.time, what: 'nothing was traded' });
  if (last && Math.abs(Math.log(bar.open / last.close)) >= SPLIT)
    oddities.push({ is: 'jump', time: bar.time, what: `opens at ${bar.open} after ${last.close}, as a split does` });
}
