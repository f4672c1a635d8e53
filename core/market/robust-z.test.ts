import { expect, it } from 'vitest';
import { robustZ } from './robust-z.ts';

it.each([
  ['an odd count', 7, [1, 2, 3, 4, 5], 4 / 1.4826],
  ['an even count', 7, [4, 1, 3, 2], 4.5 / 1.4826],
  ['a value below', 0, [1, 2, 3, 4, 5], -3 / 1.4826],
  ['one wild value among them', 7, [1, 2, 3, 4, 1e9], 4 / 1.4826],
  ['some that are no numbers', 7, [1, 2, 3, 4, 5, Number.NEGATIVE_INFINITY, Number.NaN], 4 / 1.4826],
  ['half that are no numbers', 4, [1, 3, Number.NaN, Number.NaN], 2 / 1.4826],
  ['most that are no numbers', 4, [1, 3, Number.NaN, Number.NaN, Number.NaN], 0],
  ['none', 4, [], 0],
  ['equal ones', 9, [2, 2, 2], 0],
])('tells a value from others of %s', (_, value, others, z) => {
  expect(robustZ(value, others)).toBeCloseTo(z, 12);
});

it('is 0 for what is no number', () => {
  expect(robustZ(Number.NEGATIVE_INFINITY, [1, 2, 3])).toBe(0);
  expect(robustZ(Number.NaN, [1, 2, 3])).toBe(0);
});
