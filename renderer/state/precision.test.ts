import { describe, expect, it } from 'vitest';
import { decimalsOf, moveText, precisionOf, priceText } from './precision.ts';

describe('a price', () => {
  it.each([
    [0.0000543, 7],
    [0.00004591, 8],
    [101.5, 1],
    [42_000, 0],
    [0.1 + 0.2, 1],
    [1e-15, 12],
    [0, 0],
    [Number.NaN, 0],
  ])('%f is written with %i decimals', (price, decimals) => {
    expect(decimalsOf(price)).toBe(decimals);
  });

  it('stands with the decimals of the most exact of its symbol', () => {
    const decimals = precisionOf([0.0000588, 0.00005885, 0.00006]);
    expect(decimals).toBe(8);
    expect(priceText(0.0000588, decimals)).toBe('0.00005880');
    expect(priceText(1_234.5, 2)).toBe('1,234.50');
  });

  it('has moved by a share with its sign, a true minus', () => {
    expect(moveText(100, 100.42)).toBe('+0.42%');
    expect(moveText(100, 98.8)).toBe('−1.20%');
    expect(moveText(100, 100)).toBe('0.00%');
    expect(moveText(100, 99.9999)).toBe('0.00%');
  });
});
