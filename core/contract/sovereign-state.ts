import { z } from 'zod';

const amount = z.number().nonnegative();

/** What an agent's models have used in the hour and the day (UTC) that run; USD is null where a price is not known. */
const usedSchema = z.object({
  tokens_hour: amount,
  tokens_day: amount,
  usd_hour: amount.nullable(),
  usd_day: amount.nullable(),
  /** The same in a sentence, with the budget. */
  says: z.string().max(500),
});
export type Used = z.output<typeof usedSchema>;

/** How an agent's models stand, as it says itself; `reason` is a sentence for people. */
export const sovereignStateSchema = z.object({
  circuit: z.enum(['closed', 'open', 'half_open']),
  reason: z.string().max(500).nullish(),
  model: z.string().max(200).nullish(),
  used: usedSchema.nullish(),
});
export type SovereignState = z.output<typeof sovereignStateSchema>;
