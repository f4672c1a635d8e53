import type { Context } from 'hono';
import { type BarsPage, type BarsTaken, barsQuerySchema, type GivenBars, givenBarsSchema } from '../contract/bars.ts';
import { refusal } from '../contract/messages.ts';
import { parseInstant } from '../signals/instant.ts';

/** What the gateway asks of whoever holds bars; `before` is epoch ms. */
export interface BarSource {
  bars(query: { symbol: string; timeframe: string; before: number; limit: number }): BarsPage;
  /** Takes bars of a live market. */
  takeBars(given: GivenBars): Promise<BarsTaken | 'replay' | 'not stored'>;
}

const instantOf = (text: string): number | null => (/^\d{1,16}$/.test(text) ? Number(text) : parseInstant(text));

/** GET /api/bars: a page of closed bars with the phases and events that had been read in them. */
export const answerBars = (source: BarSource) => (c: Context) => {
  const query = barsQuerySchema.safeParse(c.req.query());
  if (!query.success) {
    const [issue] = query.error.issues;
    return c.json(refusal('invalid_message', `${issue?.path.join('.')}: ${issue?.message}`), 400);
  }
  const { before: said, ...asked } = query.data;
  const before = said === undefined ? Number.MAX_SAFE_INTEGER : instantOf(said);
  if (before === null) return c.json(refusal('invalid_message', 'before: an ISO 8601 time or epoch milliseconds'), 400);
  return c.json(source.bars({ ...asked, before }));
};

/** POST /api/bars: closed bars of a live market, stored before anybody reads in them. */
export const takeBars = (source: BarSource) => async (c: Context) => {
  const given = givenBarsSchema.safeParse(await c.req.json().catch(() => null));
  if (!given.success) {
    const [issue] = given.error.issues;
    return c.json(refusal('invalid_message', `${issue?.path.join('.') || 'body'}: ${issue?.message}`), 400);
  }
  const taken = await source.takeBars(given.data);
  if (taken === 'replay')
    return c.json(refusal('invalid_message', 'a replay has its own bars: start the engine with --feed none'), 400);
  if (taken === 'not stored') return c.json(refusal('not_persisted', 'the bars could not be stored', true), 503);
  return c.json(taken);
};
