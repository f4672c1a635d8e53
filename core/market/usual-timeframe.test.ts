import { expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, MONDAY } from './testing/bars.ts';
import { sameLength, usualTimeframe } from './usual-timeframe.ts';

const steps = (...lengths: number[]) => {
  let time = MONDAY;
  return [time, ...lengths.map((length) => (time += length))];
};
const months = (count: number, each = 1) =>
  Array.from({ length: count }, (_, month) => Date.UTC(2024, month * each, 1));
const weekdays = Array.from({ length: 60 }, (_, day) => MONDAY + day * DAY).filter(
  (time) => ![0, 6].includes(new Date(time).getUTCDay()),
);

it.each([
  ['5m', steps(5 * MINUTE, 5 * MINUTE, 10 * MINUTE, 5 * MINUTE)],
  ['90m', steps(90 * MINUTE, 90 * MINUTE)],
  ['1h', steps(HOUR, 49 * HOUR, HOUR, HOUR)],
  ['1h', steps(49 * HOUR, HOUR, HOUR, HOUR)],
  ['4h', steps(4 * HOUR, 4 * HOUR)],
  ['1d', weekdays],
  ['1w', steps(7 * DAY, 7 * DAY, 7 * DAY)],
  ['1M', months(14)],
  ['3M', months(9, 3)],
  ['12M', months(5, 12)],
  ['1M', [Date.UTC(2026, 1, 1), Date.UTC(2026, 2, 1)]],
  ['3d', steps(3 * DAY)],
  ['34d', steps(34 * DAY, 34 * DAY)],
  ['400d', steps(400 * DAY)],
  ['1m', steps(MINUTE)],
])('tells %s from the most frequent step', (timeframe, times) => {
  expect(usualTimeframe(times)).toBe(timeframe);
});

it.each([
  ['one bar', [MONDAY]],
  ['no bar', []],
  ['seconds', steps(1_000, 1_000, 1_000)],
  ['crooked steps', steps(61_001, 61_001)],
  ['steps of which none prevails', steps(MINUTE, HOUR, DAY, 5 * MINUTE)],
  ['two steps as frequent as each other', steps(MINUTE, HOUR, MINUTE, HOUR)],
])('cannot tell from %s', (_, times) => {
  expect(usualTimeframe(times)).toBeNull();
});

it('holds lengths equal by time, never a month and a count of days', () => {
  expect(sameLength('60m', '1h')).toBe(true);
  expect(sameLength('7d', '1w')).toBe(true);
  expect(sameLength('1m', '1M')).toBe(false);
  expect(sameLength('30d', '1M')).toBe(false);
  expect(sameLength('5m', '15m')).toBe(false);
});
