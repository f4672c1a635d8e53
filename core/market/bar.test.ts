import { describe, expect, it } from 'vitest';
import { UsageError } from '../kit/errors.ts';
import { barClose, barFault, barMs, barSchema, fromRow, toRow } from './bar.ts';

const sane = { time: Date.UTC(2026, 0, 5), open: 10, high: 12, low: 9, close: 11, volume: 5 };
const closes = (time: string, timeframe: string) =>
  new Date(barClose({ time: Date.parse(time) }, timeframe)).toISOString().slice(0, 16);

describe('a bar', () => {
  it('comes back from its row as it was', () => {
    expect(toRow(sane)).toEqual([sane.time, 10, 12, 9, 11, 5]);
    expect(fromRow(toRow(sane))).toEqual(sane);
  });

  it.each([
    ['2026-01-05T14:00Z', '5m', '2026-01-05T14:05'],
    ['2026-01-05T14:00Z', '4h', '2026-01-05T18:00'],
    ['2026-01-05T00:00Z', '1d', '2026-01-06T00:00'],
    ['2026-01-05T00:00Z', '1w', '2026-01-12T00:00'],
    ['2026-02-01T00:00Z', '1M', '2026-03-01T00:00'],
    ['2026-12-01T00:00Z', '1M', '2027-01-01T00:00'],
    ['2026-11-01T00:00Z', '3M', '2027-02-01T00:00'],
    // Exports that date a month by its last day mean the same month.
    ['2024-02-29T00:00Z', '1M', '2024-03-01T00:00'],
  ])('opened at %s in %s closes at %s', (time, timeframe, close) => {
    expect(closes(time, timeframe)).toBe(close);
  });

  it('has a length by its timeframe, and minutes are not months', () => {
    expect(barMs('15m')).toBe(900_000);
    expect(barMs('2w')).toBe(14 * 86_400_000);
    expect(barMs('1M')).toBe(30 * 86_400_000);
  });

  it.each(['', '5', 'm5', '0m', '5s', '5 m', '1D', '__proto__', '1constructor'])('has no timeframe %j', (timeframe) => {
    expect(() => barClose(sane, timeframe)).toThrow(UsageError);
  });
});

describe('a sane bar', () => {
  it.each([
    ['as it is', {}],
    ['without volume', { volume: 0 }],
    ['that did not move', { open: 9, high: 9, low: 9, close: 9 }],
  ])('is one %s', (_, change) => {
    expect(barFault({ ...sane, ...change })).toBeNull();
    expect(barSchema.parse({ ...sane, ...change })).toEqual({ ...sane, ...change });
  });

  it.each([
    [{ high: 8 }, 'high 8 is below low 9'],
    [{ open: 13 }, 'open 13 is above high 12'],
    [{ close: 13 }, 'close 13 is above high 12'],
    [{ open: 8 }, 'open 8 is below low 9'],
    [{ close: 8 }, 'close 8 is below low 9'],
    [{ low: 0 }, 'low 0 is not a price above 0'],
    [{ open: -1 }, 'open -1 is not a price above 0'],
    [{ high: Number.POSITIVE_INFINITY }, 'high Infinity is not a price above 0'],
    [{ close: Number.NaN }, 'close NaN is not a price above 0'],
    [{ volume: -1 }, 'volume -1 is not 0 or more'],
    [{ volume: Number.NaN }, 'volume NaN is not 0 or more'],
    [{ time: 8.65e15 }, 'time 8650000000000000 is not epoch milliseconds'],
    [{ time: 1.5 }, 'time 1.5 is not epoch milliseconds'],
  ])('is none with %o', (change, fault) => {
    expect(barFault({ ...sane, ...change })).toBe(fault);
    expect(barSchema.safeParse({ ...sane, ...change }).success).toBe(false);
  });
});
