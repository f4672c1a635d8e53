import type { TaskAssign } from '../contract/messages.ts';
import { TaskStoppedError } from './work.ts';

export interface Lease {
  task_id: string;
  lease: number;
}

/** One task at work, under one lease. */
export interface AtWork extends Lease {
  /** Aborted once the task is no longer this agent's. */
  readonly signal: AbortSignal;
}

/** The tasks that an agent is at work on; a task is there under one lease at most. */
export class Running {
  readonly #tasks = new Map<string, { at: AtWork; controller: AbortController }>();

  get size(): number {
    return this.#tasks.size;
  }

  list(): Lease[] {
    return [...this.#tasks.values()].map(({ at: { task_id, lease } }) => ({ task_id, lease }));
  }

  has({ task_id, lease }: Lease): boolean {
    return this.#tasks.get(task_id)?.at.lease === lease;
  }

  start({ task_id, lease }: TaskAssign): AtWork {
    const controller = new AbortController();
    const at: AtWork = { task_id, lease, signal: controller.signal };
    this.#tasks.set(task_id, { at, controller });
    return at;
  }

  /** The work is done, so the agent has a hand free again. */
  finish(at: AtWork): void {
    if (this.#tasks.get(at.task_id)?.at === at) this.#tasks.delete(at.task_id);
  }

  /** Stops the work under this lease; the same task under another lease goes on. */
  stop({ task_id, lease }: Lease, why: string): void {
    const task = this.#tasks.get(task_id);
    if (!task || task.at.lease !== lease) return;
    this.#tasks.delete(task_id);
    task.controller.abort(new TaskStoppedError(`Work on ${task_id} was stopped: ${why}`));
  }

  /** Stops those of the leases that were named whose task the engine says to drop: a newer lease was not meant. */
  drop(named: readonly Lease[], taskIds: readonly string[]): void {
    for (const lease of named) if (taskIds.includes(lease.task_id)) this.stop(lease, 'its lease is no longer in force');
  }

  stopAll(why: string): void {
    for (const lease of this.list()) this.stop(lease, why);
  }
}
