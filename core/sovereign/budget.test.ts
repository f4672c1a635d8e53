import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { Budget, type BudgetLimits, type Reservation, type Spent } from './budget.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NONE: BudgetLimits = { tokens_per_hour: null, tokens_per_day: null, usd_per_hour: null, usd_per_day: null };
const tokens = (count: number) => ({ tokens: count, usd: 0 });

function aBudget(limits: Partial<BudgetLimits>, spent: Spent | null = null, clock = new FakeClock()) {
  let told = 0;
  let kept: Spent | null = null;
  const budget = new Budget({
    limits: { ...NONE, ...limits },
    clock,
    spent,
    keep: (now) => {
      kept = structuredClone(now);
    },
  });
  budget.onChange(() => {
    told += 1;
  });
  return { budget, clock, told: () => told, kept: () => kept as Spent | null };
}

const reserved = (budget: Budget, need: { tokens: number; usd: number }): Reservation =>
  budget.reserve(need) ?? expect.fail('there is no room');

describe('a budget', () => {
  it('is set aside before a call and settled after it', () => {
    const { budget } = aBudget({ tokens_per_hour: 100 });
    const one = reserved(budget, tokens(60));
    expect(budget.reserve(tokens(60))).toBeNull();
    one.settle(tokens(20));
    one.settle(tokens(0));
    reserved(budget, tokens(80));
    expect(budget.reserve(tokens(1))).toBeNull();
  });

  it('says what is used up, until when, and what to do', () => {
    const { budget, told } = aBudget({ usd_per_hour: 0.5 });
    expect(budget.shut()).toBeNull();
    reserved(budget, { tokens: 1, usd: 0.4 });
    expect(budget.reserve({ tokens: 1, usd: 0.2 })).toBeNull();
    expect(budget.shut()).toBe(
      'the budget of 0.5 USD in an hour has no room for another call (0.4 USD are used): it goes on at 2026-01-05T15:00:00.000Z, or raise the budget in models.json',
    );
    expect(told()).toBe(1);
  });

  it('has room again once calls took less, and once the hour is over, and tells so by itself', () => {
    const { budget, clock, told } = aBudget({ tokens_per_hour: 100 });
    const one = reserved(budget, tokens(100));
    budget.reserve(tokens(50));
    expect(budget.shut()).toContain('100 tokens in an hour');
    one.settle(tokens(10));
    expect(budget.shut()).toBeNull();
    expect(told()).toBe(2);
    reserved(budget, tokens(90));
    budget.reserve(tokens(50));
    clock.advance(HOUR - 1);
    expect(budget.shut()).not.toBeNull();
    clock.advance(1);
    expect(budget.shut()).toBeNull();
    expect(told()).toBe(4);
    reserved(budget, tokens(100));
  });

  it('counts a call for the hour in which it began', () => {
    const { budget, clock, kept } = aBudget({ tokens_per_hour: 100 });
    const early = reserved(budget, tokens(100));
    clock.advance(HOUR);
    reserved(budget, tokens(40));
    early.settle(tokens(100));
    expect(kept()?.hour).toMatchObject({ tokens: 40 });
    expect(kept()?.day).toMatchObject({ tokens: 140 });
  });

  it('holds the day beside the hour', () => {
    const { budget, clock } = aBudget({ tokens_per_hour: 60, tokens_per_day: 100 });
    reserved(budget, tokens(60));
    clock.advance(HOUR);
    expect(budget.reserve(tokens(60))).toBeNull();
    expect(budget.shut()).toContain('100 tokens in a day');
    reserved(budget, tokens(40));
    clock.advance(DAY);
    reserved(budget, tokens(60));
  });

  it('goes on with what an earlier run has used', () => {
    const first = aBudget({ tokens_per_day: 100 });
    reserved(first.budget, tokens(70));
    const again = aBudget({ tokens_per_day: 100 }, first.kept());
    expect(again.budget.reserve(tokens(40))).toBeNull();
    reserved(again.budget, tokens(30));
  });

  it('gives no second hour to a clock that was set back, and is not held up by one that was far ahead', () => {
    const clock = new FakeClock();
    const since = Math.floor(clock.now() / HOUR) * HOUR;
    const ahead = (by: number): Spent => ({
      hour: { since: since + by, ...tokens(100) },
      day: { since: 0, ...tokens(0) },
    });
    expect(aBudget({ tokens_per_hour: 100 }, ahead(HOUR), clock).budget.reserve(tokens(1))).toBeNull();
    expect(aBudget({ tokens_per_hour: 100 }, ahead(1_000 * DAY), clock).budget.reserve(tokens(1))).not.toBeNull();
  });

  it('is never overshot, however many calls run at once and however they end', () => {
    const call = fc.record({
      need: fc.integer({ min: 1, max: 60 }),
      used: fc.nat(60),
      wait: fc.nat(20 * 60_000),
      end: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 80, size: 'max' }), (calls) => {
        const { budget, clock, kept } = aBudget({ tokens_per_hour: 100, usd_per_day: 3 });
        const open: { reservation: Reservation; used: number }[] = [];
        for (const { need, used, wait, end } of calls) {
          const reservation = budget.reserve({ tokens: need, usd: need / 100 });
          // A server may count no more than was set aside for it.
          if (reservation) open.push({ reservation, used: Math.min(used, need) });
          for (const done of open.splice(0, end)) done.reservation.settle({ tokens: done.used, usd: done.used / 100 });
          expect(kept()?.hour.tokens ?? 0).toBeLessThanOrEqual(100);
          expect(kept()?.day.usd ?? 0).toBeLessThanOrEqual(3 + 1e-6);
          clock.advance(wait);
        }
      }),
    );
  });
});
