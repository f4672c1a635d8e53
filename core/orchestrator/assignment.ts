import type { HeldLease, TaskRow } from '../contract/facts.ts';
import type { Status } from '../contract/sidebar.ts';
import type { WaitingReason } from '../contract/task.ts';
import { toIso } from '../signals/instant.ts';
import type { TaskCircuits } from './circuit.ts';
import type { Instant } from './events.ts';
import type { Limits } from './limits.ts';
import type { Outbox } from './outbox.ts';
import { Queue } from './queue.ts';
import type { Agent, Registry } from './registry.ts';
import { type Held, holderOf, progressOf, type Task } from './task.ts';

export interface AssignmentOptions {
  registry: Registry;
  circuits: TaskCircuits;
  out: Outbox;
  limits: Limits;
  lastLease: number;
}

/** The tasks that are not over: who waits, who works, and how one becomes the other. */
export class Assignment {
  readonly tasks = new Map<string, Task>();
  readonly #queue = new Queue();
  readonly #to: AssignmentOptions;
  #lastLease: number;
  #order = 0;
  /** While paused nothing is given out. */
  paused = false;

  constructor(options: AssignmentOptions) {
    this.#to = options;
    this.#lastLease = options.lastLease;
  }

  /** Takes up a task in a state where nobody is offered it yet. */
  adopt(row: TaskRow, held: readonly HeldLease[], state: Task['state'], at: Instant): Task {
    const deadlineDue = at.monotonic + Math.max(0, row.deadline_ms - at.now);
    const task: Task = { row, order: ++this.#order, held: [...held], timeouts: 0, deadlineDue, state, commit: null };
    this.tasks.set(row.task_id, task);
    if (state.is === 'queued') this.#queue.add(task, at.monotonic);
    return task;
  }

  /** Nobody is offered a task whose completion is on its way to the disk. */
  withhold(task: Task): void {
    this.#queue.remove(task);
  }

  forget(task: Task): void {
    this.withhold(task);
    if (this.tasks.get(task.row.task_id) === task) this.tasks.delete(task.row.task_id);
  }

  enqueue(task: Task, at: Instant, waitMs = 0): void {
    task.state = { is: 'queued', notBefore: at.monotonic + waitMs };
    this.#queue.add(task, at.monotonic);
  }

  /** Gives waiting tasks to idle agents that are able to do them; a type without an agent holds up no other. */
  dispatch(at: Instant): void {
    if (this.paused) return;
    for (const type of this.#queue.types()) {
      const circuit = this.#to.circuits.of(type);
      for (let task = this.#queue.first(type); task && circuit.admits(at.monotonic); task = this.#queue.first(type)) {
        const agent = this.#to.registry.takeIdle(type, at);
        if (!agent) break;
        circuit.dispatched(task.row.task_id);
        this.#grant(task, agent, at);
      }
    }
  }

  accepted(task: Task, at: Instant): void {
    if (task.state.is !== 'offered') return;
    const attemptDue = at.monotonic + this.#to.limits.attempt;
    task.state = { is: 'working', held: task.state.held, attemptDue, renewals: 0, processing: false };
  }

  /** A fresh attempt for the one at work. */
  renew(task: Task, at: Instant): void {
    if (task.state.is === 'working') task.state = { ...task.state, attemptDue: at.monotonic + this.#to.limits.attempt };
  }

  /** The agent would not: no attempt used, and the lease does not count as held. */
  declined(task: Task, at: Instant): void {
    const held = holderOf(task.state);
    if (!held || task.state.is !== 'offered' || task.commit) return;
    this.#cool(held, task, at);
    this.#unhold(task, held.lease);
    this.#back(task, at, 0);
    this.#to.out.write({ kind: 'declined', task: progressOf(task), lease: held.lease }, () => {});
  }

  /** No ack came: the lease is void but counts as once held, since the agent may be at work all the same. */
  unanswered(task: Task, at: Instant): void {
    const held = holderOf(task.state);
    if (held) {
      this.#cool(held, task, at);
      this.#to.out.log('warn', 'assignment_unanswered', {
        task_id: task.row.task_id,
        agent_id: held.agent,
        lease: held.lease,
      });
    }
    this.requeue(task, at);
  }

  requeue(task: Task, at: Instant, waitMs = 0): void {
    this.#back(task, at, waitMs);
    this.#to.out.write({ kind: 'changed', task: progressOf(task) }, () => {});
  }

  /** The holder, if any, has its hands free again. */
  release(task: Task, at: Instant): void {
    const held = holderOf(task.state);
    const agent = held && this.#to.registry.get(held.agent);
    if (!agent) return;
    agent.tasks.delete(task);
    this.#to.registry.file(agent, at);
  }

  /** Within or no longer within a Sovereign call; entering starts the attempt anew, so many times. */
  mark(task: Task, processing: boolean, at: Instant): void {
    if (task.state.is !== 'working') return;
    task.state.processing = processing;
    if (processing && task.state.renewals < this.#to.limits.renewals) {
      task.state.renewals += 1;
      task.state.attemptDue = at.monotonic + this.#to.limits.attempt;
    }
    // Behind a completion on its way to the disk nothing more is written of the task.
    if (!task.commit) this.#to.out.write({ kind: 'changed', task: progressOf(task) }, () => {});
  }

  /** Back-offs that are over. */
  lapse(at: Instant): void {
    this.#queue.lapse(at.monotonic);
  }

  /** Time has passed that nobody saw: whoever is at work gets at least the grace, and so does every deadline. */
  freshGrace({ monotonic }: Instant): void {
    const { grace, assignAck } = this.#to.limits;
    for (const task of this.tasks.values()) {
      task.deadlineDue = Math.max(task.deadlineDue, monotonic + grace);
      if (task.state.is === 'offered') task.state = { ...task.state, ackDue: monotonic + assignAck };
      if (task.state.is === 'working')
        task.state = { ...task.state, attemptDue: Math.max(task.state.attemptDue, monotonic + grace) };
    }
  }

  waitingReason(task: Task, at: Instant): { reason: WaitingReason | null; missing: string[] } {
    if (task.state.is !== 'queued') return { reason: null, missing: [] };
    if (task.state.notBefore > at.monotonic) return { reason: 'backing_off', missing: [] };
    return this.#whyWaiting(task.row.task_type, at);
  }

  waitingStatus(at: Instant): Status['waiting'] {
    return [...this.#queue.sizes()].map(([task_type, count]) => ({
      task_type,
      count,
      ...(this.#queue.first(task_type) ? this.#whyWaiting(task_type, at) : { reason: 'backing_off', missing: [] }),
    }));
  }

  waiting(taskType: string, symbol: string | null): Task[] {
    return this.#queue.of(taskType, symbol);
  }

  #whyWaiting(taskType: string, at: Instant): { reason: WaitingReason; missing: string[] } {
    if (this.paused) return { reason: 'paused', missing: [] };
    const nobody = this.#to.registry.whyNobody(taskType);
    if (nobody.reason === 'no_capable_agent') return nobody;
    return this.#to.circuits.of(taskType).admits(at.monotonic) ? nobody : { reason: 'circuit_open', missing: [] };
  }

  #grant(task: Task, agent: Agent, at: Instant): void {
    const held = { agent: agent.id, lease: ++this.#lastLease };
    this.#queue.remove(task);
    task.state = { is: 'granting', held };
    agent.tasks.add(task);
    this.#to.registry.file(agent, at);
    const fact = { kind: 'leased', task: progressOf(task), lease: held.lease, agent_id: agent.id, at: at.now } as const;
    this.#to.out.write(fact, (outcome, later) => {
      // Only now: who names this lease before it has left has guessed it.
      if (outcome.ok) task.held.push({ lease: held.lease, agent_id: agent.id });
      // A former holder's answer is on its way to the disk: should that be refused, the task is queued by it.
      if (task.state.is !== 'granting' || task.state.held.lease !== held.lease || task.commit) return;
      // Meanwhile the agent may have left, or be another one of less ability under the same name.
      const now = this.#to.registry.get(agent.id);
      if (outcome.ok && now?.tasks.has(task) && this.#to.registry.mayTake(now, task.row.task_type))
        this.#offer(task, held, now, later);
      else this.requeue(task, later, outcome.ok ? 0 : this.#to.limits.storePause);
    });
  }

  #offer(task: Task, held: Held, agent: Agent, at: Instant): void {
    task.state = { is: 'offered', held, ackDue: at.monotonic + this.#to.limits.assignAck };
    this.#to.out.send(agent.connection ?? '', 'task_assign', {
      task_id: task.row.task_id,
      lease: held.lease,
      task_type: task.row.task_type,
      attempt: task.row.attempt + 1,
      payload: task.row.payload,
      attempt_ms: this.#to.limits.attempt,
      deadline: toIso(task.row.deadline_ms),
    });
  }

  #back(task: Task, at: Instant, waitMs: number): void {
    this.release(task, at);
    this.#to.circuits.of(task.row.task_type).returned(task.row.task_id);
    this.enqueue(task, at, waitMs);
  }

  #cool({ agent }: Held, task: Task, at: Instant): void {
    this.#to.registry.get(agent)?.cooling.set(task.row.task_type, at.monotonic + this.#to.limits.cooling);
  }

  #unhold(task: Task, lease: number): void {
    const place = task.held.findIndex((one) => one.lease === lease);
    if (place >= 0) task.held.splice(place, 1);
  }
}
