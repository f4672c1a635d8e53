import { describe, expect, it } from 'vitest';
import { ageText, barMs, isOld, timeframeWords } from './age.ts';

describe('age', () => {
  it.each([
    [-4_000, '0 s'],
    [0, '0 s'],
    [12_999, '12 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [59 * 60_000 + 59_999, '59 min'],
    [3_600_000, '1 h'],
    [86_399_999, '23 h'],
    [86_400_000, '1 d'],
    [400 * 86_400_000, '400 d'],
  ])('of %i ms is "%s"', (ms, text) => {
    expect(ageText(ms)).toBe(text);
  });

  it.each([
    ['5m', 300_000, '5 minutes'],
    ['1h', 3_600_000, '1 hour'],
    ['4h', 14_400_000, '4 hours'],
    ['1d', 86_400_000, '1 day'],
    ['2w', 1_209_600_000, '2 weeks'],
    ['1M', 2_592_000_000, '1 month'],
  ])('a bar of %s lasts %i ms: %s', (timeframe, ms, words) => {
    expect(barMs(timeframe)).toBe(ms);
    expect(timeframeWords(timeframe)).toBe(words);
  });

  it('is old once beyond three bars', () => {
    expect(isOld(15 * 60_000, '5m')).toBe(false);
    expect(isOld(15 * 60_000 + 1, '5m')).toBe(true);
    expect(isOld(15 * 60_000 + 1, '1h')).toBe(false);
  });
});
