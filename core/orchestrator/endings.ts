import type { TaskRow } from '../contract/facts.ts';
import { FOLLOW_UP_TYPE } from '../contract/new-task.ts';
import type { FailureSource, TaskFailure } from '../contract/task.ts';
import { toIso } from '../signals/instant.ts';
import { isNewer, type Ordered } from '../signals/newer.ts';
import type { Assignment } from './assignment.ts';
import type { TaskCircuits } from './circuit.ts';
import type { Instant } from './events.ts';
import type { Limits } from './limits.ts';
import type { Continuation, Outbox } from './outbox.ts';
import type { Registry } from './registry.ts';
import { ATTEMPT_COST, holderOf, progressOf, type Task } from './task.ts';

export interface EndingsOptions {
  assignment: Assignment;
  registry: Registry;
  circuits: TaskCircuits;
  out: Outbox;
  limits: Limits;
}

const BACK_OFF_FIRST_MS = 1_000;
const nothing: Continuation = () => {};

/** How attempts fail and tasks end without a result, and how a dead one lives again. */
export class Endings {
  readonly #to: EndingsOptions;
  /** Ended tasks whose end is not on disk yet. */
  readonly #unsaved = new Set<Task>();

  constructor(options: EndingsOptions) {
    this.#to = options;
  }

  /** Counts a failed attempt by its source, then queues the task again or lets it die. */
  fail(task: Task, source: FailureSource, reason: string, at: Instant): void {
    if (task.commit) return;
    const { assignment, circuits, out, limits } = this.#to;
    const interrupted = task.state.is === 'working' && task.state.processing;
    const why = interrupted ? `${reason} (interrupted in the middle of a model call)` : reason;
    const failure = this.#failure(task, source, why, at);
    task.row.failures.push(failure);
    task.row.attempt += ATTEMPT_COST[source];
    out.log('warn', 'attempt_failed', { task_id: task.row.task_id, ...failure, attempt: task.row.attempt });
    if (circuits.of(task.row.task_type).failed(source, at.monotonic))
      out.log('warn', 'circuit_opened', { task_type: task.row.task_type, open_ms: limits.circuitOpen });
    if (task.row.attempt >= limits.attempts)
      return this.#die(task, `${limits.attempts} attempts failed: ${reason}`, at);
    const slow = source === 'sovereign_timeout';
    assignment.requeue(task, at, slow ? Math.min(BACK_OFF_FIRST_MS * 2 ** task.timeouts++, limits.backOffMax) : 0);
  }

  expire(task: Task, at: Instant): void {
    task.row.failures.push({
      ...this.#failure(task, 'agent_crash', 'the deadline is over', at),
      failure_source: 'deadline',
    });
    this.#stopAgent(task, 'deadline');
    this.#die(task, 'deadline', at);
  }

  cancel(task: Task, reason: string, at: Instant, then: Continuation = nothing): void {
    this.#stopAgent(task, reason);
    this.#end(task, { is: 'cancelled' }, reason, at, then);
  }

  /** A follow-up joins the queue; of two of one symbol the older is overtaken. */
  adoptFollowUp(row: TaskRow, at: Instant): void {
    const { assignment } = this.#to;
    const task = assignment.adopt(row, [], { is: 'queued', notBefore: at.monotonic }, at);
    for (const other of assignment.waiting(FOLLOW_UP_TYPE, row.symbol)) {
      if (other === task || other.row.analysis_task_id === null) continue;
      const older = isNewer(orderOf(row), orderOf(other.row)) ? other : task;
      this.cancel(older, 'overtaken', at);
      if (older === task) return;
    }
  }

  /** A dead task is queued again once that is on disk. */
  revive(task: Task, then: Continuation): void {
    const { assignment, out } = this.#to;
    out.write({ kind: 'changed', task: { ...progressOf(task), state: 'queued' } }, (outcome, later) => {
      if (task.state.is === 'dead') {
        if (outcome.ok) assignment.enqueue(task, later);
        else if (!task.commit) assignment.forget(task);
        // A late completion came first: should its commit be refused, the task is queued by that.
        if (task.commit) assignment.withhold(task);
      }
      then(outcome, later);
    });
  }

  /** An end that may not be on disk yet. */
  saveEnd(task: Task, then: Continuation = nothing): void {
    this.#save(task, then);
  }

  retryUnsaved(): void {
    for (const task of [...this.#unsaved]) this.#save(task, nothing);
  }

  #die(task: Task, reason: string, at: Instant): void {
    this.#end(task, { is: 'dead' }, reason, at, nothing);
  }

  #end(task: Task, state: { is: 'dead' } | { is: 'cancelled' }, reason: string, at: Instant, then: Continuation): void {
    const { assignment, circuits, out } = this.#to;
    assignment.release(task, at);
    assignment.withhold(task);
    circuits.of(task.row.task_type).returned(task.row.task_id);
    task.state = state;
    task.row.reason = reason;
    task.row.ended_ms = at.now;
    out.log('info', 'task_ended', { task_id: task.row.task_id, state: state.is, reason });
    this.#save(task, then);
  }

  #save(task: Task, then: Continuation): void {
    this.#to.out.write({ kind: 'changed', task: progressOf(task) }, (outcome, later) => {
      then(outcome, later);
      const ended = task.state.is === 'dead' || task.state.is === 'cancelled';
      if (!ended || task.commit) return;
      if (!outcome.ok) {
        // One that is stored already, or lives again, has no end to be saved.
        if (this.#to.assignment.tasks.get(task.row.task_id) === task) this.#unsaved.add(task);
        return;
      }
      this.#unsaved.delete(task);
      this.#to.assignment.forget(task);
    });
  }

  #stopAgent(task: Task, reason: string): void {
    const held = holderOf(task.state);
    const connection = held && task.state.is !== 'granting' && this.#to.registry.get(held.agent)?.connection;
    if (connection)
      this.#to.out.send(connection, 'task_cancel', { task_id: task.row.task_id, lease: held.lease, reason });
  }

  #failure(task: Task, failure_source: FailureSource, failure_reason: string, at: Instant): TaskFailure {
    return { failure_source, failure_reason, at: toIso(at.now), agent_id: holderOf(task.state)?.agent ?? null };
  }
}

const orderOf = (row: TaskRow): Ordered => row.payload.analysis as Ordered;
