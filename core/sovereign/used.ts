import type { Used } from '../contract/sovereign-state.ts';
import { type Amount, type BudgetLimits, inWords, type Spent } from './budget.ts';

/** Tokens and money as an agent's heartbeat tells them, with a sentence for people. */
export function usedOf({ hour, day }: Spent, limits: BudgetLimits, isPriced: boolean): Used {
  const inSentence = (unit: keyof Amount): string => {
    const of = (limit: number | null): string => (limit === null ? '' : ` of ${inWords[unit](limit)}`);
    const today = `${inWords[unit](day[unit])} today${of(limits[`${unit}_per_day`])}`;
    return `${today}, ${inWords[unit](hour[unit])} in this hour${of(limits[`${unit}_per_hour`])}`;
  };
  const cost = isPriced ? inSentence('usd') : 'the cost is not known: add the price to prices in models.json';
  return {
    tokens_hour: hour.tokens,
    tokens_day: day.tokens,
    usd_hour: isPriced ? hour.usd : null,
    usd_day: isPriced ? day.usd : null,
    says: `${inSentence('tokens')}; ${cost}`,
  };
}
