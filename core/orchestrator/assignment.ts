import type { HeldLease, TaskRow } from '../contract/facts.ts';
import { FOLLOW_UP_TYPE } from '../contract/new-task.ts';
import type { Status } from '../contract/sidebar.ts';
import type { FailureSource, TaskFailure, WaitingReason } from '../contract/task.ts';
import { toIso } from '../signals/instant.ts';
import { isNewer, type Ordered } from '../signals/newer.ts';
import type { Instant } from './events.ts';
import type { Limits } from './limits.ts';
import type { Continuation, Outbox } from './outbox.ts';
import type { Agent, Registry } from './registry.ts';
import { ATTEMPT_COST, holderOf, progressOf, type Task } from './task.ts';
import { WaitingList } from './waiting.ts';

/** The tasks that are not over: who waits, who works, and how one becomes the other. */
export class Assignment {
  readonly tasks = new Map<string, Task>();
  readonly #waiting = new Map<string, WaitingList>();
  /** Ended tasks whose end is not on disk yet. */
  readonly #unsaved = new Set<Task>();
  readonly #registry: Registry;
  readonly #out: Outbox;
  readonly #limits: Limits;
  #lastLease: number;
  #order = 0;

  constructor(registry: Registry, out: Outbox, limits: Limits, lastLease: number) {
    this.#registry = registry;
    this.#out = out;
    this.#limits = limits;
    this.#lastLease = lastLease;
  }

  /** Takes up a task in a state where nobody is offered it yet. */
  adopt(row: TaskRow, held: readonly HeldLease[], state: Task['state']): Task {
    const task: Task = { row, order: ++this.#order, held: [...held], timeouts: 0, state, commit: null };
    this.tasks.set(row.task_id, task);
    if (state.is === 'queued') this.#list(row.task_type).add(task);
    return task;
  }

  /** A follow-up joins the queue; of two of one symbol the older is overtaken. */
  adoptFollowUp(row: TaskRow, at: Instant): void {
    const task = this.adopt(row, [], { is: 'queued', notBefore: at.monotonic });
    for (const other of this.#list(row.task_type)) {
      if (other === task || other.row.symbol !== row.symbol || other.row.analysis_task_id === null) continue;
      const older = isNewer(orderOf(row), orderOf(other.row)) ? other : task;
      this.cancel(older, 'overtaken', at);
      if (older === task) return;
    }
  }

  /** Nobody is offered a task whose completion is on its way to the disk. */
  withhold(task: Task): void {
    this.#waiting.get(task.row.task_type)?.remove(task);
  }

  forget(task: Task): void {
    this.withhold(task);
    this.tasks.delete(task.row.task_id);
  }

  enqueue(task: Task, at: Instant, waitMs = 0): void {
    task.state = { is: 'queued', notBefore: at.monotonic + waitMs };
    this.#list(task.row.task_type).add(task);
  }

  /** Gives waiting tasks to idle agents that are able to do them; a type without an agent holds up no other. */
  dispatch(at: Instant): void {
    for (const [type, list] of this.#inTurn()) {
      for (let task = list.firstReady(at.monotonic); task; task = list.firstReady(at.monotonic)) {
        const agent = this.#registry.takeIdle(type, at);
        if (!agent) break;
        this.#grant(task, agent, at);
      }
    }
  }

  accepted(task: Task, at: Instant): void {
    if (task.state.is !== 'offered') return;
    const { held } = task.state;
    task.state = {
      is: 'working',
      held,
      attemptDue: at.monotonic + this.#limits.attempt,
      renewals: 0,
      processing: false,
    };
  }

  /** A fresh attempt for the one at work. */
  renew(task: Task, at: Instant): void {
    if (task.state.is === 'working') task.state = { ...task.state, attemptDue: at.monotonic + this.#limits.attempt };
  }

  /** The agent would not: no attempt used, and the lease does not count as held. */
  declined(task: Task, at: Instant): void {
    const held = holderOf(task.state);
    if (!held || task.state.is !== 'offered') return;
    this.#cool(held.agent, task, at);
    this.#unhold(task, held.lease);
    this.release(task);
    this.enqueue(task, at);
    this.#out.write({ kind: 'declined', task: progressOf(task), lease: held.lease }, () => {});
  }

  /** No ack came: the lease is void but counts as once held, since the agent may be at work all the same. */
  unanswered(task: Task, at: Instant): void {
    const held = holderOf(task.state);
    if (held) this.#cool(held.agent, task, at);
    this.requeue(task, at);
  }

  requeue(task: Task, at: Instant, waitMs = 0): void {
    this.release(task);
    this.enqueue(task, at, waitMs);
    this.#save(task);
  }

  /** Counts a failed attempt by its source, then queues the task again or lets it die. */
  fail(task: Task, source: FailureSource, reason: string, at: Instant): void {
    if (task.commit) return;
    const interrupted = task.state.is === 'working' && task.state.processing;
    const failure = this.#failure(
      task,
      source,
      interrupted ? `${reason} (interrupted in the middle of a model call)` : reason,
      at,
    );
    task.row.failures.push(failure);
    task.row.attempt += ATTEMPT_COST[source];
    this.#out.log('warn', { task_id: task.row.task_id, ...failure, attempt: task.row.attempt }, 'attempt failed');
    if (task.row.attempt >= this.#limits.attempts)
      return this.die(task, `${this.#limits.attempts} attempts failed: ${reason}`, at);
    const wait = source === 'sovereign_timeout' ? Math.min(1_000 * 2 ** task.timeouts++, this.#limits.backOffMax) : 0;
    this.requeue(task, at, wait);
  }

  expire(task: Task, at: Instant): void {
    task.row.failures.push({
      ...this.#failure(task, 'agent_crash', 'the deadline is over', at),
      failure_source: 'deadline',
    });
    this.#stopAgent(task, 'deadline');
    this.die(task, 'deadline', at);
  }

  die(task: Task, reason: string, at: Instant): void {
    this.#end(task, { is: 'dead' }, reason, at);
  }

  cancel(task: Task, reason: string, at: Instant, then: Continuation = () => {}): void {
    this.#stopAgent(task, reason);
    this.#end(task, { is: 'cancelled' }, reason, at, then);
  }

  /** A dead task is queued again once that is on disk. */
  revive(task: Task, then: Continuation): void {
    this.#out.write({ kind: 'changed', task: { ...progressOf(task), state: 'queued' } }, (outcome, later) => {
      if (task.state.is === 'dead') {
        if (outcome.ok) this.enqueue(task, later);
        else this.forget(task);
        // A late completion came first: should its commit be refused, the task is queued by that.
        if (task.commit) this.withhold(task);
      }
      then(outcome, later);
    });
  }

  /** The holder, if any, has its hands free again. */
  release(task: Task): void {
    const held = holderOf(task.state);
    const agent = held && this.#registry.get(held.agent);
    if (!agent) return;
    agent.tasks.delete(task);
    this.#registry.file(agent);
  }

  mark(task: Task, processing: boolean, at: Instant): void {
    if (task.state.is !== 'working') return;
    task.state.processing = processing;
    if (processing && task.state.renewals < this.#limits.renewals) {
      task.state.renewals += 1;
      task.state.attemptDue = at.monotonic + this.#limits.attempt;
    }
    this.#save(task);
  }

  retryUnsaved(): void {
    for (const task of [...this.#unsaved]) this.#save(task);
  }

  waitingReason(task: Task, { monotonic }: Instant): { reason: WaitingReason | null; missing: string[] } {
    if (task.state.is !== 'queued') return { reason: null, missing: [] };
    const missing = this.#registry.missing(task.row.task_type);
    if (missing.length > 0 || !this.#registry.qualified(task.row.task_type))
      return { reason: 'no_capable_agent', missing };
    return { reason: task.state.notBefore > monotonic ? 'backing_off' : 'all_busy', missing };
  }

  waitingStatus(at: Instant): Status['waiting'] {
    return [...this.#waiting].flatMap(([task_type, list]) => {
      const first = list.first();
      if (!first) return [];
      const { reason, missing } = this.waitingReason(first, at);
      return [{ task_type, count: list.size, reason: reason ?? 'all_busy', missing }];
    });
  }

  isWaiting(taskType: string, symbol: string): boolean {
    for (const task of this.#list(taskType)) if (task.row.symbol === symbol) return true;
    return false;
  }

  #grant(task: Task, agent: Agent, at: Instant): void {
    const held = { agent: agent.id, lease: ++this.#lastLease };
    this.#list(task.row.task_type).remove(task);
    task.state = { is: 'granting', held };
    task.held.push({ lease: held.lease, agent_id: agent.id });
    agent.tasks.add(task);
    this.#registry.file(agent);
    this.#out.write(
      { kind: 'leased', task: progressOf(task), lease: held.lease, agent_id: agent.id, at: at.now },
      (outcome, later) => {
        if (!outcome.ok) this.#unhold(task, held.lease);
        if (task.state.is !== 'granting' || task.state.held.lease !== held.lease) return;
        const connection = this.#registry.get(agent.id)?.connection ?? null;
        if (!outcome.ok || connection === null)
          return this.requeue(task, later, outcome.ok ? 0 : this.#limits.storePause);
        task.state = { is: 'offered', held, ackDue: later.monotonic + this.#limits.assignAck };
        this.#out.send(connection, 'task_assign', {
          task_id: task.row.task_id,
          lease: held.lease,
          task_type: task.row.task_type,
          attempt: task.row.attempt + 1,
          payload: task.row.payload,
          attempt_ms: this.#limits.attempt,
          deadline: toIso(task.row.deadline_ms),
        });
      },
    );
  }

  #end(
    task: Task,
    state: { is: 'dead' } | { is: 'cancelled' },
    reason: string,
    at: Instant,
    then: Continuation = () => {},
  ): void {
    this.release(task);
    this.withhold(task);
    task.state = state;
    task.row.reason = reason;
    task.row.ended_ms = at.now;
    this.#out.log('info', { task_id: task.row.task_id, state: state.is, reason }, 'task ended');
    this.#save(task, then);
  }

  #save(task: Task, then: Continuation = () => {}): void {
    this.#out.write({ kind: 'changed', task: progressOf(task) }, (outcome, later) => {
      then(outcome, later);
      const ended = task.state.is === 'dead' || task.state.is === 'cancelled';
      if (!ended || task.commit) return;
      if (!outcome.ok) {
        this.#unsaved.add(task);
        return;
      }
      this.#unsaved.delete(task);
      if (this.tasks.get(task.row.task_id) === task) this.tasks.delete(task.row.task_id);
    });
  }

  #stopAgent(task: Task, reason: string): void {
    const held = holderOf(task.state);
    const connection = held && task.state.is !== 'granting' && this.#registry.get(held.agent)?.connection;
    if (connection) this.#out.send(connection, 'task_cancel', { task_id: task.row.task_id, lease: held.lease, reason });
  }

  #cool(agentId: string, task: Task, at: Instant): void {
    this.#registry.get(agentId)?.cooling.set(task.row.task_type, at.monotonic + this.#limits.cooling);
  }

  #unhold(task: Task, lease: number): void {
    const place = task.held.findIndex((one) => one.lease === lease);
    if (place >= 0) task.held.splice(place, 1);
  }

  #failure(task: Task, failure_source: FailureSource, failure_reason: string, at: Instant): TaskFailure {
    return { failure_source, failure_reason, at: toIso(at.now), agent_id: holderOf(task.state)?.agent ?? null };
  }

  #list(taskType: string): WaitingList {
    const known = this.#waiting.get(taskType);
    if (known) return known;
    const list = new WaitingList();
    this.#waiting.set(taskType, list);
    return list;
  }

  /** Follow-ups go before all else; the others by their first task. */
  #inTurn(): [string, WaitingList][] {
    const lists = [...this.#waiting].filter(([, list]) => list.size > 0);
    const first = (list: WaitingList) => list.first() as Task;
    return lists.sort(([typeA, a], [typeB, b]) => {
      if (typeA === FOLLOW_UP_TYPE || typeB === FOLLOW_UP_TYPE) return typeA === FOLLOW_UP_TYPE ? -1 : 1;
      return first(b).row.priority - first(a).row.priority || first(a).order - first(b).order;
    });
  }
}

const orderOf = (row: TaskRow): Ordered => row.payload.analysis as Ordered;
