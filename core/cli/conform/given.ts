import { type Refusal, type Reply, refusal, type TaskAssign } from '../../contract/messages.ts';
import type { TradingAnalysisResult } from '../../contract/result.ts';
import { type BarRow, isTradingTaskType, type TradingTaskType } from '../../contract/task.ts';
import { analysisBasisSchema } from '../../signals/analysis-basis.ts';
import { toIso } from '../../signals/instant.ts';
import { type Settlement, settle } from '../../signals/settle.ts';

const TIMEFRAME = '5m';
const BAR_MS = 300_000;
/** As many as the engine sends: the newest 250. */
const BARS = 250;
const DEADLINE_MS = 900_000;
const ATTEMPT_MS = 180_000;

/** What an agent sent to end a task, and what it was answered; null where the answer was withheld. */
interface Ending {
  at: number;
  result: unknown;
  reply: Reply | null;
}

/** How the nth completion of a task is answered; null withholds the answer. */
export type Answer = (nth: number, given: Given) => Reply | null | Promise<Reply | null>;

/** One task that was given under one lease, and all that came back for it. */
export interface Given {
  readonly task: TaskAssign;
  readonly answer: Answer;
  readonly acks: unknown[];
  readonly completions: Ending[];
  readonly failures: string[];
  readonly marks: ('enter' | 'leave')[];
  /** Whether the lease is in force. */
  held: boolean;
  /** Whether a completion of it was stored. */
  stored: boolean;
}

/** A market that goes somewhere, so that rules have something to say. */
function bars(until: number): BarRow[] {
  const first = Math.floor(until / BAR_MS) * BAR_MS - BARS * BAR_MS;
  return Array.from({ length: BARS }, (_, place) => {
    const close = 100 + place / 10 + 3 * Math.sin(place / 7);
    return [first + place * BAR_MS, close - 0.2, close + 0.6, close - 0.7, close, 1_000 + 50 * (place % 9)];
  });
}

/** A settled analysis, for an agent that validates one. */
function anAnalysis(symbol: string, now: number): TradingAnalysisResult {
  const at = toIso(now - 1_000);
  return {
    task_id: `${symbol}-analysis`,
    symbol,
    timeframe: TIMEFRAME,
    signal: 'BUY',
    confidence: 0.7,
    risk_score: 0.4,
    reasoning: 'Higher lows on rising volume.',
    wyckoff_phase: 'markup',
    volume_trend: 'rising',
    degraded_inference: false,
    hidden_hand_warning: null,
    analyzed_at: at,
    original_confidence: 0.7,
    adjustments: [],
    degradation_reason: null,
    phase_signal_conflict: false,
    market_readings: { agent: null, engine: null },
    model: 'conform',
    fallback_used: false,
    stage: 'analysis',
    analysis_task_id: null,
    origin: 'live',
    context_tier: 'full',
    usage: null,
    attempt: 1,
    claimed: {},
    completed_by: 'conform',
    received_at: at,
    completed_at: at,
    raw_content_hash: null,
    latency_ms: {},
    persisted_at: at,
    store_epoch: 'conform',
    offset: 1,
    hash: '0'.repeat(64),
  };
}

function payloadOf(type: TradingTaskType, symbol: string, now: number): Record<string, unknown> {
  const market_context = {
    wyckoff_phase: 'markup',
    volume_trend: 'rising',
    tier: 2,
    events: [],
    range: { support: 97, resistance: 128 },
  };
  return type === 'trading_analysis'
    ? { symbol, timeframe: TIMEFRAME, market_context, bars: bars(now), context_tier: 'full' }
    : { symbol, timeframe: TIMEFRAME, market_context, analysis: anAnalysis(symbol, now) };
}

/** A task as the engine gives one out. */
export const aTask = (type: TradingTaskType, lease: number, now: number): TaskAssign => ({
  task_id: `conform-${lease}`,
  lease,
  task_type: type,
  attempt: 1,
  payload: payloadOf(type, `CONFORM${lease}`, now),
  attempt_ms: ATTEMPT_MS,
  deadline: toIso(now + DEADLINE_MS),
});

/** What the engine would make of a result, by the rules that it settles with. */
export function settled({ task }: Given, result: unknown, agent_id: string, now: number): Settlement {
  if (!isTradingTaskType(task.task_type)) return { ok: false, message: `${task.task_type} is not a trading task` };
  const { symbol, timeframe, analysis } = task.payload;
  const basis = analysisBasisSchema.safeParse(analysis);
  return settle({
    result,
    task: {
      task_id: task.task_id,
      symbol: String(symbol),
      timeframe: String(timeframe),
      stage: task.task_type === 'trading_signal' ? 'signal' : 'analysis',
      analysis: basis.success ? basis.data : null,
      context_tier: 'full',
      lastBarClose: null,
    },
    engineReading: null,
    origin: 'live',
    agent_id,
    clockOffsetMs: 0,
    attempt: task.attempt,
    receivedAt: now,
    completedAt: now,
    marketTime: now,
  });
}

export const never = (): Refusal => refusal('invalid_result', 'conform takes no result here, and never will');
export const later = (): Refusal =>
  refusal('not_persisted', 'conform has no space now: keep it and send it again', true);
