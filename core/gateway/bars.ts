import type { Context } from 'hono';
import { type BarsPage, barsQuerySchema } from '../contract/bars.ts';
import { refusal } from '../contract/messages.ts';
import { parseInstant } from '../signals/instant.ts';

/** What the gateway asks of whoever holds bars; `before` is epoch ms. */
export interface BarSource {
  bars(query: { symbol: string; timeframe: string; before: number; limit: number }): BarsPage;
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
