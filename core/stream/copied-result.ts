import { z } from 'zod';
import { type TradingAnalysisResult, tradingAnalysisResultSchema } from '../contract/result.ts';
import { isTradingTaskType } from '../contract/task.ts';
import { addsUp } from '../store/chain.ts';

/** A result as Redis held it, believed: it has the place, the life and the hash that it says. */
export interface CopiedResult {
  offset: number;
  task_id: string;
  task_type: string;
  /** Null where the type is a user's own. */
  result: TradingAnalysisResult | null;
  hash: string;
  previousHash: string;
}

const bodySchema = z.object({ offset: z.number().int().positive(), hash: z.string() });
const entrySchema = z.object({
  task_id: z.string(),
  task_type: z.string(),
  result: z.string(),
  store_epoch: z.string(),
  hash: z.string(),
  previous_hash: z.string(),
});
const newestSchema = z.object({ previous_hash: z.string(), result: z.unknown() });

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** An entry of the stream; null where it is not what the relay of this life has appended. */
export function copiedEntry(id: string, fields: readonly string[], storeEpoch: string): CopiedResult | null {
  const pairs = fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1]] as const] : []));
  const entry = entrySchema.safeParse(Object.fromEntries(pairs));
  if (!entry.success || entry.data.store_epoch !== storeEpoch) return null;
  const { task_id, task_type, result: text, hash, previous_hash: previousHash } = entry.data;
  const body = parsed(text);
  const said = bodySchema.safeParse(body);
  if (!said.success || id !== `${said.data.offset}-0` || said.data.hash !== hash) return null;
  if (!addsUp(previousHash, text)) return null;
  const { offset } = said.data;
  if (!isTradingTaskType(task_type)) return { offset, task_id, task_type, result: null, hash, previousHash };
  const result = tradingAnalysisResultSchema.safeParse(body);
  return result.success ? { offset, task_id, task_type, result: result.data, hash, previousHash } : null;
}

/** A symbol's newest result; null where it is not one. */
export function copiedNewest(symbol: string, text: string): TradingAnalysisResult | null {
  const kept = newestSchema.safeParse(parsed(text));
  const result = kept.success ? tradingAnalysisResultSchema.safeParse(kept.data.result) : null;
  if (!kept.success || !result?.success || result.data.symbol !== symbol) return null;
  return addsUp(kept.data.previous_hash, JSON.stringify(kept.data.result)) ? result.data : null;
}
