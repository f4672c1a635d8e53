import { describe, expect, it } from 'vitest';
import { moveText, priceText } from './precision.ts';

describe('a price', () => {
  it('is written with the decimals of its symbol', () => {
    expect(priceText(0.0000588, 8)).toBe('0.00005880');
    expect(priceText(1_234.5, 2)).toBe('1,234.50');
  });

  it('has moved by a share with its sign, a true minus', () => {
    expect(moveText(100, 100.42)).toBe('+0.42%');
    expect(moveText(100, 98.8)).toBe('−1.20%');
    expect(moveText(100, 100)).toBe('0.00%');
    expect(moveText(100, 99.9999)).toBe('0.00%');
  });
});
