import type { TaskProgress, TaskRow } from '../contract/facts.ts';
import type { MarketReading } from '../contract/result.ts';
import type { TaskFailure } from '../contract/task.ts';

/** A task's columns as SQLite holds them. */
export interface TaskColumns extends Omit<TaskRow, 'payload' | 'engine_reading' | 'failures' | 'processing'> {
  payload: string;
  engine_reading: string | null;
  failures: string;
  processing: number;
}

export const progressColumns = (task: TaskProgress) => ({
  task_id: task.task_id,
  state: task.state,
  reason: task.reason,
  attempt: task.attempt,
  agent: task.agent,
  lease: task.lease,
  processing: task.processing ? 1 : 0,
  failures: JSON.stringify(task.failures),
  deadline_ms: task.deadline_ms,
  ended_ms: task.ended_ms,
});

export const taskColumns = (task: TaskRow): TaskColumns => ({
  ...task,
  ...progressColumns(task),
  payload: JSON.stringify(task.payload),
  engine_reading: task.engine_reading && JSON.stringify(task.engine_reading),
});

export const taskRow = (columns: TaskColumns): TaskRow => ({
  ...columns,
  payload: JSON.parse(columns.payload) as TaskRow['payload'],
  engine_reading: columns.engine_reading === null ? null : (JSON.parse(columns.engine_reading) as MarketReading),
  failures: JSON.parse(columns.failures) as TaskFailure[],
  processing: columns.processing === 1,
});
