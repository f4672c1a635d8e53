import type { HeldLease, TaskProgress, TaskRow } from '../contract/facts.ts';
import type { FailureSource, TaskView } from '../contract/task.ts';
import { toIso } from '../signals/instant.ts';
import type { ReplyRef } from './events.ts';

/** One completion that waits for the outcome of the commit before it. */
export interface Completion {
  agent: string;
  lease: number;
  result: unknown;
  receivedAt: number;
  reply: ReplyRef;
}

export interface Held {
  agent: string;
  lease: number;
}

/** Where a task that is not over stands; times are monotonic ms. */
export type TaskState =
  | { is: 'submitting'; reply: ReplyRef }
  /** Waits for an agent; before `notBefore` it backs off. */
  | { is: 'queued'; notBefore: number }
  /** The lease is not on disk yet, so `task_assign` has not left. */
  | { is: 'granting'; held: Held }
  /** `task_assign` has left, its ack has not come. */
  | { is: 'offered'; held: Held; ackDue: number }
  | { is: 'working'; held: Held; attemptDue: number; renewals: number; processing: boolean }
  | { is: 'dead' }
  | { is: 'cancelled' };

export interface Task {
  readonly row: TaskRow;
  /** Arrival, for order among equals. */
  readonly order: number;
  readonly held: HeldLease[];
  /** Sovereign time-outs so far: they use no attempt, but each waits longer. */
  timeouts: number;
  /** Monotonic ms at which the task dies: a step of the wall clock kills nothing. */
  deadlineDue: number;
  state: TaskState;
  /** Set while a completion is on its way to the disk; `state` is then what a refused commit goes back to. */
  commit: { winner: Completion; waiters: Completion[] } | null;
}

export const holderOf = (state: TaskState): Held | null =>
  state.is === 'granting' || state.is === 'offered' || state.is === 'working' ? state.held : null;

/** Only the lease in force counts for beats, marks and failures; one that is still being granted has not left. */
export const holds = (task: Task, agent: string, lease: number): boolean => {
  const held = holderOf(task.state);
  return task.state.is !== 'granting' && held !== null && held.lease === lease && held.agent === agent;
};

export const onceHeld = (held: readonly HeldLease[], agent: string, lease: number): boolean =>
  held.some((one) => one.lease === lease && one.agent_id === agent);

const STORED_STATE: Record<TaskState['is'], TaskProgress['state']> = {
  submitting: 'queued',
  queued: 'queued',
  granting: 'assigned',
  offered: 'assigned',
  working: 'assigned',
  dead: 'dead',
  cancelled: 'cancelled',
};

/** The changing part of a task as it is to be stored. */
export function progressOf(task: Task): TaskProgress {
  const held = holderOf(task.state);
  return {
    task_id: task.row.task_id,
    state: STORED_STATE[task.state.is],
    reason: task.row.reason,
    attempt: task.row.attempt,
    agent: held?.agent ?? null,
    lease: held?.lease ?? null,
    processing: task.state.is === 'working' && task.state.processing,
    failures: [...task.row.failures],
    deadline_ms: task.row.deadline_ms,
    ended_ms: task.row.ended_ms,
  };
}

/** A task as HTTP shows it. */
export function viewOf(
  row: TaskRow,
  state: TaskView['state'],
  waiting: { reason: string | null; missing: string[] },
  offset: number | null,
): TaskView {
  return {
    task_id: row.task_id,
    task_type: row.task_type,
    symbol: row.symbol,
    timeframe: row.timeframe,
    state,
    reason: waiting.reason ?? row.reason,
    missing: waiting.missing,
    priority: row.priority,
    attempt: row.attempt,
    agent: row.agent,
    lease: row.lease,
    failures: row.failures,
    created_at: toIso(row.created_ms),
    deadline: toIso(row.deadline_ms),
    ended_at: row.ended_ms === null ? null : toIso(row.ended_ms),
    offset,
    analysis_task_id: row.analysis_task_id,
  };
}

/** Which failures use up one of the attempts; a slow model's does not (R10). */
export const ATTEMPT_COST: Record<FailureSource, 0 | 1> = {
  sovereign_timeout: 0,
  network_error: 1,
  agent_crash: 1,
  invalid_result: 1,
};
