import { expect, it } from 'vitest';
import { Seldom } from './seldom.ts';
import { FakeClock } from './testing/fake-clock.ts';

it('lets one of a kind through in ten seconds, with how many it held back', () => {
  const clock = new FakeClock();
  const seldom = new Seldom(10_000, () => clock.monotonic());
  const passed = Array.from({ length: 25 }, (_, second) => {
    const held = seldom.pass('full');
    clock.advance(1_000);
    return held === null ? [] : [[second, held]];
  }).flat();
  expect(passed).toEqual([
    [0, 0],
    [10, 9],
    [20, 9],
  ]);
  expect(seldom.pass('of another kind')).toBe(0);
});
