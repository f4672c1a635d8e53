import { z } from 'zod';
import { symbolSchema, timeframeSchema, tradingAnalysisResultSchema } from './result.ts';
import { barRowSchema, marketContextSchema } from './task.ts';

const BARS_DEFAULT = 500;
const BARS_MAX = 2_000;

/** What `GET /api/bars` is asked: `before` is an instant, ISO 8601 or epoch ms, that the bars open before. */
export const barsQuerySchema = z.object({
  symbol: symbolSchema,
  timeframe: timeframeSchema,
  before: z.string().optional(),
  limit: z.coerce.number().int().positive().max(BARS_MAX).default(BARS_DEFAULT),
});

/** Closed bars of one symbol, oldest first, and what the engine had read in them by the time each closed. */
export const barsPageSchema = z.object({
  items: z.array(barRowSchema),
  /** Runs of bars that were read alike: `from` the first one's opening to `to`, the last one's close. */
  phases: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      wyckoff_phase: tradingAnalysisResultSchema.shape.wyckoff_phase,
      tier: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    }),
  ),
  events: marketContextSchema.shape.events,
  /** Every timeframe that this symbol's bars can be asked in, shortest first. */
  timeframes: z.array(timeframeSchema),
  /** The `before` of the next older page. */
  next: z.string().optional(),
});
export type BarsPage = z.output<typeof barsPageSchema>;

const GIVEN_MAX = 2_000;

/** Body of `POST /api/bars`: closed bars of one series, oldest first. */
export const givenBarsSchema = z.object({
  symbol: symbolSchema,
  timeframe: timeframeSchema,
  bars: z.array(barRowSchema).min(1).max(GIVEN_MAX),
});
export type GivenBars = z.output<typeof givenBarsSchema>;

/** How many of them were new and sound, and how many were left: held already, not closed, older or unsound. */
export interface BarsTaken {
  taken: number;
  left: number;
}
