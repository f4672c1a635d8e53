import type { MarketReading, SettledResult, TradingAnalysisResult } from './result.ts';
import type { BarRow, MarketContext, TaskFailure } from './task.ts';

/** The part of a task that changes while it lives. Times are epoch ms of engine time. */
export interface TaskProgress {
  task_id: string;
  state: 'queued' | 'assigned' | 'completed' | 'dead' | 'cancelled';
  reason: string | null;
  attempt: number;
  agent: string | null;
  lease: number | null;
  /** Within a Sovereign call (between processing_enter and processing_leave). */
  processing: boolean;
  failures: TaskFailure[];
  deadline_ms: number;
  ended_ms: number | null;
}

/** A task as it is stored. */
export interface TaskRow extends TaskProgress {
  task_type: string;
  symbol: string | null;
  timeframe: string | null;
  payload: Record<string, unknown>;
  priority: number;
  created_ms: number;
  idempotency_key: string | null;
  analysis_task_id: string | null;
  /** The engine's own reading of its bars when the task was made; null where it held none. */
  engine_reading: MarketReading | null;
  last_bar_close_ms: number | null;
}

/** A lease that was granted; a declined one does not count as held. */
export interface HeldLease {
  lease: number;
  agent_id: string;
}

/** What is asked of the store; each fact is written whole or not at all. */
export type Fact =
  | { kind: 'submitted'; task: TaskRow }
  | { kind: 'leased'; task: TaskProgress; lease: number; agent_id: string; at: number }
  | { kind: 'declined'; task: TaskProgress; lease: number }
  | { kind: 'changed'; task: TaskProgress }
  | {
      kind: 'completed';
      task: TaskProgress;
      task_type: string;
      lease: number;
      /** The settled result of a trading task; null where the type is the user's own. */
      settled: SettledResult | null;
      /** The opaque result of any other type. */
      opaque: unknown;
      raw_content: string | null;
      completed_by: string;
      received_ms: number;
      completed_ms: number;
      follow_up: {
        market_context: MarketContext | null;
        engine_reading: MarketReading | null;
        deadline_ms: number;
        last_bar_close_ms: number | null;
      } | null;
    }
  | { kind: 'late'; task_id: string; lease: number; agent_id: string; result: unknown; at: number }
  /** Results that do not add up: kept, and shown no more. Begins a new store epoch. */
  | { kind: 'set_aside'; rows: { offset: number; reason: string }[]; at: number }
  /** Results by offset, and tasks that ended without one, whose time is over: their content goes, the chain stays whole. */
  | { kind: 'expired'; offsets: number[]; tasks: string[] }
  | { kind: 'group_ack'; group: string; offset: number }
  | { kind: 'market_position'; feeds: string; position: number }
  /** Closed bars of a live market; one that is held already stays as it is. */
  | { kind: 'bars'; symbol: string; timeframe: string; bars: readonly BarRow[] };

export type Outcome =
  | { ok: true; offset: number | null; duplicate: boolean; follow_up: TaskRow | null }
  | { ok: false; message: string };

/** A stored completion, in stream order. `result` is a settled record or, for a user's own type, opaque. */
export interface StreamEntry {
  offset: number;
  task_id: string;
  task_type: string;
  result: TradingAnalysisResult | null;
}

/** What the store still knows of a task that has left the orchestrator's memory. */
export interface StoredTask {
  row: TaskRow;
  held: HeldLease[];
  /** Offset and lease of its one completion. */
  completion: { offset: number; lease: number } | null;
}
