import { describe, expect, it } from 'vitest';
import type { Bar } from './bar.ts';
import { BarBook } from './bar-book.ts';
import { MINUTE, MONDAY } from './testing/bars.ts';

const bar = (minute: number, close = 10): Bar => ({
  time: MONDAY + minute * MINUTE,
  open: close,
  high: close,
  low: close,
  close,
  volume: 1,
});
const minutes = (bars: readonly Bar[]) => bars.map(({ time }) => (time - MONDAY) / MINUTE);

describe('the bar book', () => {
  it('holds bars apart by symbol and timeframe, oldest first', () => {
    const book = new BarBook();
    book.add('ADA/BTC', '5m', bar(0));
    book.add('ADA/BTC', '5m', bar(5));
    book.add('ADA/BTC', '1h', bar(0));
    book.add('ETH/BTC', '5m', bar(10));
    expect(minutes(book.bars('ADA/BTC', '5m'))).toEqual([0, 5]);
    expect(minutes(book.bars('ADA/BTC', '1h'))).toEqual([0]);
    expect(minutes(book.bars('ETH/BTC', '5m'))).toEqual([10]);
    expect(book.bars('XMR/BTC', '5m')).toEqual([]);
  });

  it('says of each bar whether it was added, is held already or comes too late', () => {
    const book = new BarBook();
    expect(book.add('ADA/BTC', '5m', bar(0))).toBe('added');
    expect(book.add('ADA/BTC', '5m', bar(10, 11))).toBe('added');
    expect(book.add('ADA/BTC', '5m', bar(10, 99))).toBe('duplicate');
    expect(book.add('ADA/BTC', '5m', bar(0, 99))).toBe('duplicate');
    expect(book.add('ADA/BTC', '5m', bar(5, 99))).toBe('out_of_order');
    expect(book.bars('ADA/BTC', '5m').map(({ close }) => close)).toEqual([10, 11]);
    expect(book.lastPrice('ADA/BTC')).toMatchObject({ price: 11 });
  });

  it('names the timeframes held, and says whether anything that came before is gone', () => {
    const book = new BarBook({ keep: 3 });
    for (const minute of [0, 1, 2, 3, 4]) book.add('ADA/BTC', '1m', bar(minute));
    book.add('ADA/BTC', '1h', bar(0));
    expect(book.timeframes('ADA/BTC')).toEqual(['1m', '1h']);
    expect(book.timeframes('XMR/BTC')).toEqual([]);
    expect(minutes(book.held('ADA/BTC', '1m').bars)).toEqual([0, 1, 2, 3, 4]);
    expect(book.held('ADA/BTC', '1m').whole).toBe(true);
    book.add('ADA/BTC', '1m', bar(5));
    expect(minutes(book.held('ADA/BTC', '1m').bars)).toEqual([3, 4, 5]);
    expect(book.held('ADA/BTC', '1m').whole).toBe(false);
    expect(book.held('XMR/BTC', '1m')).toEqual({ bars: [], whole: true });
  });

  it('knows what a symbol is traded in by its newest closes, not by a last price that ends in nought', () => {
    const book = new BarBook();
    expect(book.decimals('XLM/BTC')).toBe(0);
    book.add('XLM/BTC', '5m', bar(0, 0.00004557));
    book.add('XLM/BTC', '5m', bar(5, 0.0000457));
    expect(book.decimals('XLM/BTC')).toBe(8);
    book.add('XLM/BTC', '5m', bar(10, 0.000045575));
    expect(book.decimals('XLM/BTC')).toBe(9);
    // Adjusted for a split long ago, it may have been written in more.
    for (let minute = 15; minute < 15 + 5 * 50; minute += 5) book.add('XLM/BTC', '5m', bar(minute, 0.0000457));
    expect(book.decimals('XLM/BTC')).toBe(7);
  });

  it('knows the newest close of a symbol over all its timeframes', () => {
    const book = new BarBook();
    expect(book.lastPrice('ADA/BTC')).toBeUndefined();
    book.add('ADA/BTC', '5m', bar(50, 10));
    expect(book.lastPrice('ADA/BTC')).toEqual({ price: 10, time: MONDAY + 55 * MINUTE });
    book.add('ADA/BTC', '1h', bar(0, 12));
    expect(book.lastPrice('ADA/BTC')).toEqual({ price: 12, time: MONDAY + 60 * MINUTE });
    book.add('ADA/BTC', '15m', bar(30, 9));
    expect(book.lastPrice('ADA/BTC')?.price).toBe(12);
    book.add('ADA/BTC', '15m', bar(45, 13));
    expect(book.lastPrice('ADA/BTC')?.price).toBe(13);
  });

  it('takes a symbol or timeframe of any name', () => {
    const book = new BarBook();
    expect(book.lastPrice('__proto__')).toBeUndefined();
    expect(book.bars('constructor', '5m')).toEqual([]);
    expect(book.add('__proto__', '5m', bar(0))).toBe('added');
    expect(minutes(book.bars('__proto__', '5m'))).toEqual([0]);
    expect(book.lastPrice('__proto__')?.price).toBe(10);
    expect(book.lastPrice('toString')).toBeUndefined();
  });

  it('keeps the newest bars of each series and forgets the rest', () => {
    const book = new BarBook({ keep: 3 });
    for (let minute = 0; minute < 20; minute += 1) {
      book.add('ADA/BTC', '1m', bar(minute));
      expect(minutes(book.bars('ADA/BTC', '1m'))).toEqual([minute - 2, minute - 1, minute].filter((one) => one >= 0));
    }
    expect(book.add('ADA/BTC', '1m', bar(0))).toBe('out_of_order');
    const usual = new BarBook();
    for (let minute = 0; minute < 5_000; minute += 1) usual.add('ADA/BTC', '1m', bar(minute));
    expect(minutes(usual.bars('ADA/BTC', '1m')).at(0)).toBe(3_000);
    expect(usual.bars('ADA/BTC', '1m')).toHaveLength(2_000);
  });

  it('gives a copy that later bars do not change', () => {
    const book = new BarBook();
    book.add('ADA/BTC', '5m', bar(0));
    const before = book.bars('ADA/BTC', '5m');
    book.add('ADA/BTC', '5m', bar(5));
    expect(before).toHaveLength(1);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses to keep %d bars', (keep) => {
    expect(() => new BarBook({ keep })).toThrow(RangeError);
  });
});
