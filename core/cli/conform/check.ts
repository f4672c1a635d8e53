import type { TradingTaskType } from '../../contract/task.ts';
import type { Given } from './given.ts';
import type { Stage } from './stage.ts';

/** How one check came out, in a sentence. */
export interface Verdict {
  is: 'ok' | 'bad' | 'not applicable';
  says: string;
}

export const fine = (says: string): Verdict => ({ is: 'ok', says });
export const bad = (says: string): Verdict => ({ is: 'bad', says });
export const notApplicable = (says: string): Verdict => ({ is: 'not applicable', says });

/** One scenario. It gets a connected agent, and a task type that the agent is able to do. */
export interface Check {
  readonly name: string;
  play(stage: Stage, type: TradingTaskType): Promise<Verdict>;
}

export const seconds = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`);

/** Why a task that was given has no completion. */
export function whyNone(stage: Stage, given: Given): string {
  const [failure] = given.failures;
  if (failure !== undefined) return `it gave the task back (${failure}), so its results cannot be judged`;
  if (given.acks.length === 0) return 'it did not ack the task_assign: answer {accept: true} within 5 s, then work';
  const [ack] = given.acks as [{ accept?: unknown; reason?: unknown } | null];
  if (ack?.accept !== true)
    return `it declined the task (${String(ack?.reason ?? JSON.stringify(ack))}) although it had nothing else to do`;
  return `no task_complete came within ${seconds(stage.patienceMs)}`;
}
