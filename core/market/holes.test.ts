import { describe, expect, it } from 'vitest';
import { HoleWatch } from './holes.ts';
import { DAY, HOUR, MINUTE, MONDAY } from './testing/bars.ts';

const holes = (times: readonly number[]) => {
  const watch = new HoleWatch();
  return times.filter((time) => watch.next(time));
};
const every = (step: number, from: number, to: number) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, place) => from + place * step);
const isWeekend = (time: number) => [0, 6].includes(new Date(time).getUTCDay());
const without = (times: readonly number[], from: number, to: number) =>
  times.filter((time) => time < from || time >= to);

/** Hourly bars of a stock: 14:30 to 20:30 UTC on weekdays. */
const session = every(HOUR, MONDAY + 30 * MINUTE, MONDAY + 28 * DAY).filter(
  (time) => !isWeekend(time) && time % DAY >= 14 * HOUR && time % DAY < 21 * HOUR,
);
/** Hourly bars of a currency pair: Sunday 22:00 to Friday 22:00 UTC. */
const currency = every(HOUR, MONDAY, MONDAY + 28 * DAY).filter(
  (time) => !isWeekend(time + 2 * HOUR) || (new Date(time).getUTCDay() === 0 && time % DAY >= 22 * HOUR),
);
const around = every(5 * MINUTE, MONDAY, MONDAY + 14 * DAY);
const weekdays = every(DAY, MONDAY, MONDAY + 120 * DAY).filter((time) => !isWeekend(time));

describe('a hole in bars', () => {
  it('is more than three missing bars of a market that never closes', () => {
    const at = MONDAY + 3 * DAY;
    expect(holes(around)).toEqual([]);
    expect(holes(without(around, at, at + 15 * MINUTE))).toEqual([]);
    expect(holes(without(around, at, at + 20 * MINUTE))).toEqual([at + 20 * MINUTE]);
    expect(holes(without(around, MONDAY + HOUR, MONDAY + 2 * HOUR))).toEqual([MONDAY + 2 * HOUR]);
  });

  it('is also one over a weekend where the market trades on weekends', () => {
    const friday = MONDAY + 11 * DAY;
    expect(holes(without(around, friday, friday + 2 * DAY))).toEqual([friday + 2 * DAY]);
    expect(holes(without(around, friday + DAY, friday + 2 * DAY))).toEqual([friday + 2 * DAY]);
  });

  it('is also one into the first Saturday, which a market that closes would not open on', () => {
    const [from, to] = [MONDAY + 4 * DAY + 20 * HOUR, MONDAY + 5 * DAY + 10 * HOUR];
    expect(holes(without(around, from, to))).toEqual([to]);
  });

  it('is neither a night nor a weekend of a stock, once a first night was seen', () => {
    expect(holes(session)).toEqual([MONDAY + DAY + 14.5 * HOUR]);
  });

  it('is no holiday of a stock, but a part of its day is', () => {
    const wednesday = MONDAY + 16 * DAY;
    const first = MONDAY + DAY + 14.5 * HOUR;
    expect(holes(without(session, wednesday, wednesday + DAY))).toEqual([first]);
    expect(holes(without(session, wednesday + 15 * HOUR, wednesday + 19 * HOUR))).toEqual([
      first,
      wednesday + 19.5 * HOUR,
    ]);
    expect(holes(without(session, wednesday + 17 * HOUR, wednesday + DAY))).toEqual([
      first,
      wednesday + DAY + 14.5 * HOUR,
    ]);
  });

  it('is also one on a Monday, measured by the Friday before', () => {
    const monday = MONDAY + 14 * DAY;
    const torn = without(session, monday + 15 * HOUR, monday + 19 * HOUR);
    expect(holes(torn).at(-1)).toBe(monday + 19.5 * HOUR);
  });

  it('is what lasts longer than any closure', () => {
    const wednesday = MONDAY + 16 * DAY;
    expect(holes(without(session, wednesday, wednesday + 5 * DAY))).toHaveLength(2);
    expect(holes(without(currency, wednesday, wednesday + 5 * DAY))).toHaveLength(1);
  });

  it('is no weekend of a currency pair', () => {
    expect(holes(currency)).toEqual([]);
  });

  it('is no weekend and no holidays of daily bars, but four missing weekdays are', () => {
    const thursday = MONDAY + 59 * DAY;
    expect(new Date(thursday).getUTCDay()).toBe(4);
    expect(holes(weekdays)).toEqual([]);
    expect(holes(without(weekdays, thursday, thursday + 5 * DAY))).toEqual([]);
    expect(holes(without(weekdays, thursday, thursday + 6 * DAY))).toEqual([thursday + 6 * DAY]);
    const daily = every(DAY, MONDAY, MONDAY + 30 * DAY);
    expect(holes(without(daily, MONDAY + 10 * DAY, MONDAY + 13 * DAY))).toEqual([]);
    expect(holes(without(daily, MONDAY + 10 * DAY, MONDAY + 14 * DAY))).toEqual([MONDAY + 14 * DAY]);
  });

  it('is measured in the step that is met most often, the shorter of two', () => {
    const [friday, monday] = [MONDAY + 4 * DAY + 21 * HOUR, MONDAY + 7 * DAY + 15 * HOUR];
    const late = every(HOUR, monday, monday + 6 * HOUR);
    expect(holes([friday, ...late, monday + 12 * HOUR])).toEqual([monday + 12 * HOUR]);
    expect(holes([friday, monday, monday + HOUR, monday + 12 * HOUR])).toEqual([monday + 12 * HOUR]);
    const odd = every(5 * MINUTE, MONDAY, MONDAY + HOUR).toSpliced(3, 0, MONDAY + 11 * MINUTE);
    expect(holes([...odd, MONDAY + 1.2 * HOUR])).toEqual([]);
  });

  it('is four missing months or weeks, and no short month', () => {
    const months = Array.from({ length: 30 }, (_, month) => Date.UTC(2023, month, 1));
    const weeks = every(7 * DAY, MONDAY, MONDAY + 200 * DAY);
    expect(holes(months)).toEqual([]);
    expect(holes(months.toSpliced(10, 4))).toEqual([months[14]]);
    expect(holes(weeks.toSpliced(10, 4))).toEqual([weeks[14]]);
    expect(holes(weeks.toSpliced(10, 3))).toEqual([]);
  });
});
