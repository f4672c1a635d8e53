import { expect, it } from 'vitest';
import { seldomAgain } from './seldom-again.ts';

it('begins again at once, but no more than three times in a minute', () => {
  let now = 0;
  const wait = seldomAgain(3, 60_000, () => now);
  expect([wait(), wait(), wait()]).toEqual([0, 0, 0]);
  now = 10_000;
  expect(wait()).toBe(50_000);
  now = 60_000;
  expect(wait()).toBe(0);
});
