import type { Fact, TaskRow } from './facts.ts';
import type { TradingAnalysisResult } from './result.ts';

type Identity =
  | 'task_id'
  | 'task_type'
  | 'symbol'
  | 'timeframe'
  | 'payload'
  | 'engine_reading'
  | 'last_bar_close_ms'
  | 'created_ms'
  | 'deadline_ms';

/** A task as it begins: queued, no attempt made. */
export const newTask = (given: Pick<TaskRow, Identity> & Partial<TaskRow>): TaskRow => ({
  priority: 0,
  idempotency_key: null,
  analysis_task_id: null,
  state: 'queued',
  reason: null,
  attempt: 0,
  agent: null,
  lease: null,
  processing: false,
  failures: [],
  ended_ms: null,
  ...given,
});

export const FOLLOW_UP_TYPE = 'trading_signal';

/** The validator's task that a stored analysis asks for, in the same transaction; null where it asks for none. */
export function followUpOf(
  fact: Extract<Fact, { kind: 'completed' }>,
  analysis: TradingAnalysisResult,
): TaskRow | null {
  if (!fact.follow_up) return null;
  const { market_context, engine_reading, deadline_ms, last_bar_close_ms } = fact.follow_up;
  const { symbol, timeframe } = analysis;
  return newTask({
    task_id: `${analysis.task_id}:signal`,
    task_type: FOLLOW_UP_TYPE,
    symbol,
    timeframe,
    payload: { symbol, timeframe, analysis, market_context },
    analysis_task_id: analysis.task_id,
    engine_reading,
    last_bar_close_ms,
    created_ms: fact.completed_ms,
    deadline_ms: fact.completed_ms + deadline_ms,
  });
}
