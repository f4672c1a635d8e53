import { expect, it } from 'vitest';
import { type LogBars, logBars } from './log-bars.ts';
import { moodAt } from './phase-state.ts';

const mood = (closes: readonly number[]) => {
  const logs: LogBars = { ...logBars([]), close: Float64Array.from(closes) };
  return moodAt(logs, closes.length - 1);
};
const zigzag = (count: number) => Array.from({ length: count }, (_, place) => place % 2);

it('looks at the last 30 steps, no more and no less', () => {
  expect(mood([100, ...zigzag(30)])).toBe(-1);
  expect(mood([100, ...zigzag(31)])).toBe(0);
  expect(mood([-100, ...zigzag(30)])).toBe(1);
});

it('takes 30 % of the path for a way', () => {
  // Of 30 steps `up` go up by 1 and the rest down by 1.
  const steps = (up: number) => Array.from({ length: 31 }, (_, place) => (place <= up ? place : 2 * up - place));
  expect(mood(steps(20))).toBe(1);
  expect(mood(steps(19))).toBe(0);
  expect(mood(steps(11))).toBe(0);
  expect(mood(steps(10))).toBe(-1);
  expect(mood(zigzag(31).map(() => 5))).toBe(0);
});
