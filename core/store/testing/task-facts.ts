import type { Fact } from '../../contract/facts.ts';
import { newTask } from '../../contract/new-task.ts';
import { settle } from '../../signals/settle.ts';

const NOON = Date.UTC(2026, 0, 5, 12, 0, 0);

const taskRow = (task_id: string, given: { symbol?: string; task_type?: string } = {}) =>
  newTask({
    task_id,
    task_type: given.task_type ?? 'trading_analysis',
    symbol: given.symbol ?? 'ADA/BTC',
    timeframe: '5m',
    payload: {},
    engine_reading: null,
    last_bar_close_ms: null,
    created_ms: NOON,
    deadline_ms: NOON + 900_000,
  });

export const submitted = (task_id: string, given: { symbol?: string; task_type?: string } = {}) => ({
  kind: 'submitted' as const,
  task: taskRow(task_id, given),
});

interface CompletedSetup {
  symbol?: string;
  lease?: number;
  /** Seconds after noon. */
  at?: number;
  confidence?: number;
  follow_up?: boolean;
  raw_content?: string;
  reasoning?: string;
}

/** The completion of an analysis as the orchestrator hands it to the store. */
export function completed(task_id: string, given: CompletedSetup = {}): Extract<Fact, { kind: 'completed' }> {
  const { symbol = 'ADA/BTC', lease = 1, at = 0, confidence = 0.8, reasoning = 'because' } = given;
  const now = NOON + at * 1_000;
  const settlement = settle({
    result: {
      symbol,
      timeframe: '5m',
      signal: 'BUY',
      confidence,
      risk_score: 0.5,
      reasoning,
      analyzed_at: new Date(now).toISOString(),
    },
    task: {
      task_id,
      symbol,
      timeframe: '5m',
      stage: 'analysis',
      analysis: null,
      context_tier: null,
      lastBarClose: null,
    },
    engineReading: null,
    origin: 'live',
    agent_id: 'a',
    clockOffsetMs: 0,
    attempt: 1,
    receivedAt: now,
    completedAt: now,
    marketTime: now,
  });
  if (!settlement.ok) throw new Error(settlement.message);
  return {
    kind: 'completed',
    task: { ...taskRow(task_id), state: 'completed', agent: 'a', lease, ended_ms: now },
    task_type: 'trading_analysis',
    lease,
    settled: settlement.result,
    opaque: null,
    raw_content: given.raw_content ?? null,
    completed_by: 'a',
    received_ms: now,
    completed_ms: now,
    follow_up: given.follow_up
      ? { market_context: null, engine_reading: null, deadline_ms: 900_000, last_bar_close_ms: null }
      : null,
  };
}
