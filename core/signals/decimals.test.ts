import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalsOf, mostDecimals } from './decimals.ts';

describe('the decimals of a price', () => {
  it.each([
    [0.0000543, 7],
    [0.00004591, 8],
    [101.5, 1],
    [42_000, 0],
    [0.1 + 0.2, 1],
    [1e-15, 12],
    [0, 0],
    [Number.NaN, 0],
  ])('%f is written with %i', (price, decimals) => {
    expect(decimalsOf(price)).toBe(decimals);
  });

  it('are those of the most exact of its symbol', () => {
    expect(mostDecimals([0.0000588, 0.00005885, 0.00006])).toBe(8);
    expect(mostDecimals([])).toBe(0);
  });

  it('of many are the most that any is written with, whatever they are', () => {
    const written = fc.tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.integer({ min: 0, max: 12 }));
    const price = fc.oneof(
      fc.double(),
      written.map(([figures, decimals]) => figures / 10 ** decimals),
    );
    fc.assert(
      fc.property(fc.array(price), (prices) => {
        expect(mostDecimals(prices)).toBe(Math.max(0, ...prices.map(decimalsOf)));
      }),
    );
  });
});
