import type { TaskAssign } from '../contract/messages.ts';
import type { FailureSource } from '../contract/task.ts';
import { AuroraError } from '../kit/errors.ts';

/** Why an agent gives a task back; the source decides what it costs (R10). */
export class TaskFailedError extends AuroraError {
  readonly code = 'AURORA_TASK_FAILED';
  readonly source: FailureSource;

  constructor(source: FailureSource, message: string, options?: ErrorOptions) {
    super(message, options);
    this.source = source;
  }
}

/** The task is no longer this agent's: cancelled, given to another, or the agent closes. */
export class TaskStoppedError extends AuroraError {
  readonly code = 'AURORA_TASK_STOPPED';
}

export interface WorkTools {
  /** Aborted once the task is no longer this agent's: what is made of it after that is thrown away. */
  readonly signal: AbortSignal;
  /** Marks a Sovereign call for the engine while it runs (FM-TAW-007); throws TaskStoppedError once stopped. */
  sovereign<T>(call: () => Promise<T>): Promise<T>;
}

/** Does one task and returns its result as it goes on the wire; throws TaskFailedError. */
export type Work = (task: TaskAssign, tools: WorkTools) => Promise<Record<string, unknown>>;
