import { expect, it } from 'vitest';
import { sovereignStateSchema } from '../contract/sovereign-state.ts';
import { NO_LIMITS } from './testing/a-model.ts';
import { usedOf } from './used.ts';

const SPENT = { hour: { since: 0, tokens: 4_500, usd: 0.0213 }, day: { since: 0, tokens: 12_300, usd: 0.12 } };

it.each([
  [
    { tokens_per_day: 20_000, usd_per_hour: 1 },
    true,
    '12300 tokens today of 20000 tokens, 4500 tokens in this hour; 0.12 USD today, 0.0213 USD in this hour of 1 USD',
  ],
  [
    {},
    false,
    '12300 tokens today, 4500 tokens in this hour; the cost is not known: add the price to prices in models.json',
  ],
])('says what was used, of what, and what is not known: %j', (limits, isPriced, says) => {
  const used = usedOf(SPENT, { ...NO_LIMITS, ...limits }, isPriced);
  expect(used).toEqual({
    tokens_hour: 4_500,
    tokens_day: 12_300,
    usd_hour: isPriced ? 0.0213 : null,
    usd_day: isPriced ? 0.12 : null,
    says,
  });
  expect(sovereignStateSchema.parse({ circuit: 'closed', used })).toEqual({ circuit: 'closed', used });
});
