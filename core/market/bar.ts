import { z } from 'zod';
import type { BarRow } from '../contract/task.ts';
import { UsageError } from '../kit/errors.ts';

/** One closed bar; `time` is its opening, epoch ms. Prices in the quote currency, volume in the base. */
export interface Bar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The last instant of a JavaScript Date. */
const LAST_MS = 8.64e15;
const PRICES = ['open', 'high', 'low', 'close'] as const;

/** What is wrong with a bar's figures, in words; null where it is sane. */
export function barFault(bar: Bar): string | null {
  if (!(Number.isSafeInteger(bar.time) && Math.abs(bar.time) <= LAST_MS))
    return `time ${bar.time} is not epoch milliseconds`;
  for (const name of PRICES)
    if (!(Number.isFinite(bar[name]) && bar[name] > 0)) return `${name} ${bar[name]} is not a price above 0`;
  if (!(Number.isFinite(bar.volume) && bar.volume >= 0)) return `volume ${bar.volume} is not 0 or more`;
  if (bar.high < bar.low) return `high ${bar.high} is below low ${bar.low}`;
  for (const name of ['open', 'close'] as const) {
    if (bar[name] > bar.high) return `${name} ${bar[name]} is above high ${bar.high}`;
    if (bar[name] < bar.low) return `${name} ${bar[name]} is below low ${bar.low}`;
  }
  return null;
}

const figure = z.number();

/** A sane bar from outside: finite, prices above 0, volume not negative, high and low enclose the rest. */
export const barSchema = z
  .object({ time: figure, open: figure, high: figure, low: figure, close: figure, volume: figure })
  .superRefine((bar, context) => {
    const fault = barFault(bar);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  });

export const fromRow = ([time, open, high, low, close, volume]: BarRow): Bar => ({
  time,
  open,
  high,
  low,
  close,
  volume,
});

export const toRow = ({ time, open, high, low, close, volume }: Bar): BarRow => [time, open, high, low, close, volume];

const UNIT_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 30 * 86_400_000,
};

function parts(timeframe: string): { count: number; unit: string; unitMs: number } {
  const found = /^([1-9]\d{0,3})([mhdwM])$/.exec(timeframe);
  const unit = found?.[2] ?? '';
  const unitMs = UNIT_MS[unit];
  if (unitMs === undefined)
    throw new UsageError(`${JSON.stringify(timeframe)} is no timeframe: use a count and one of m h d w M, such as 5m`);
  return { count: Number(found?.[1]), unit, unitMs };
}

/** Length of a bar, ms; nominal (30 days a month) for months, whose length varies. */
export function barMs(timeframe: string): number {
  const { count, unitMs } = parts(timeframe);
  return count * unitMs;
}

/** Epoch ms at which a bar closes; months end with the calendar month, UTC. Throws UsageError for no timeframe. */
export function barClose(bar: Pick<Bar, 'time'>, timeframe: string): number {
  const { count, unit, unitMs } = parts(timeframe);
  if (unit !== 'M') return bar.time + count * unitMs;
  const opened = new Date(bar.time);
  return Date.UTC(opened.getUTCFullYear(), opened.getUTCMonth() + count, 1);
}
