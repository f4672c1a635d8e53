import { describe, expect, it } from 'vitest';
import { efficiency, trendInNoise } from './geometry.ts';

describe('efficiency', () => {
  it('is 1 in a straight rise, −1 in a straight fall, 0 where nothing moves or all is taken back', () => {
    expect(efficiency([1, 2, 3, 4], 3, 3)).toBe(1);
    expect(efficiency([4, 3, 2, 1], 3, 3)).toBe(-1);
    expect(efficiency([1, 3, 1, 3, 1], 4, 4)).toBe(0);
    expect(efficiency([5, 5, 5], 2, 2)).toBe(0);
  });

  it('is the net move over the path of exactly the last steps', () => {
    expect(efficiency([9, 0, 3, 2, 4, 99], 4, 3)).toBeCloseTo(4 / 6, 12);
  });
});

describe('a trend in its own noise', () => {
  it('is the net move over the root of the squared deviations of exactly the last steps', () => {
    // Steps 3, −1, 2 around a mean of 4/3: squares 25/9, 49/9, 4/9.
    expect(trendInNoise([9, 0, 3, 2, 4, 99], 4, 3)).toBeCloseTo(4 / Math.sqrt(78 / 9), 12);
    expect(trendInNoise([-9, 0, -3, -2, -4, -99], 4, 3)).toBeCloseTo(-4 / Math.sqrt(78 / 9), 12);
  });

  it('is 0 where there is no noise to measure it by', () => {
    expect(trendInNoise([1, 2, 3], 2, 2)).toBe(0);
    expect(trendInNoise([5, 5, 5], 2, 2)).toBe(0);
  });
});
