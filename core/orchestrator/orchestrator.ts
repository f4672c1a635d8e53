import { type AgentHandshake, type Refusal, refusal } from '../contract/messages.ts';
import type { Origin } from '../contract/result.ts';
import type { Status } from '../contract/sidebar.ts';
import type { TaskView } from '../contract/task.ts';
import { toIso } from '../signals/instant.ts';
import { Assignment } from './assignment.ts';
import { Completions } from './completion.ts';
import type { Effect, Instant, OrchestratorEvent, Restored } from './events.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { type Agent, Registry } from './registry.ts';
import { holderOf, holds, onceHeld, type Task, viewOf } from './task.ts';

export interface OrchestratorOptions {
  origin: Origin;
  storeEpoch: string;
  /** The market clock, epoch ms, at an engine time. */
  marketTime?: (now: number) => number;
  limits?: Partial<Limits>;
  followUpDeadlineMs?: number;
  restored?: Restored;
  at: Instant;
}

type Of<T extends OrchestratorEvent['type']> = Extract<OrchestratorEvent, { type: T }>;

/**
 * The synchronous core: one event in, effects out. It does no I/O and knows no timer; what an effect's
 * fact depends on happens when its `written` event comes (R7).
 */
export class Orchestrator {
  readonly #limits: Limits;
  readonly #storeEpoch: string;
  readonly #out = new Outbox();
  readonly #registry: Registry;
  readonly #assignment: Assignment;
  readonly #completions: Completions;
  #nextSweep: number;

  constructor(options: OrchestratorOptions) {
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#storeEpoch = options.storeEpoch;
    this.#registry = new Registry(this.#limits);
    this.#assignment = new Assignment(this.#registry, this.#out, this.#limits, options.restored?.lastLease ?? 0);
    this.#completions = new Completions({
      registry: this.#registry,
      assignment: this.#assignment,
      out: this.#out,
      origin: options.origin,
      marketTime: options.marketTime ?? ((now) => now),
      followUpDeadlineMs: options.followUpDeadlineMs ?? 15 * 60_000,
    });
    this.#nextSweep = options.at.monotonic + this.#limits.sweep;
    this.#restore(options.restored, options.at);
  }

  step(event: OrchestratorEvent, at: Instant): Effect[] {
    this.#handle(event, at);
    this.#assignment.dispatch(at);
    return this.#out.take();
  }

  /** Why a handshake is not taken now; null where it is. */
  refuses(handshake: Pick<AgentHandshake, 'agent_id' | 'instance'>, at: Instant): Refusal | null {
    return this.#registry.refuses(handshake, at);
  }

  /** A task in memory as HTTP shows it; null where it is over or unknown. */
  view(taskId: string, at: Instant): TaskView | null {
    const task = this.#assignment.tasks.get(taskId);
    return task && task.state.is !== 'submitting' ? this.#view(task, at) : null;
  }

  /** Whether a symbol has a task of this type that no agent has taken up. */
  isWaiting(taskType: string, symbol: string): boolean {
    return this.#assignment.isWaiting(taskType, symbol);
  }

  status(at: Instant): Pick<Status, 'agents' | 'waiting'> {
    return { agents: this.#registry.status(), waiting: this.#assignment.waitingStatus(at) };
  }

  #handle(event: OrchestratorEvent, at: Instant): void {
    switch (event.type) {
      case 'submit':
        return this.#submit(event);
      case 'connect':
        return this.#connect(event, at);
      case 'disconnect':
        return this.#registry.disconnect(event.connection, at);
      case 'agent':
        return this.#agentMessage(event, at);
      case 'assign_ack':
        return this.#assignAck(event, at);
      case 'cancel':
        return this.#cancel(event, at);
      case 'retry':
        return this.#retry(event, at);
      case 'written':
        return this.#out.written(event.ref, event.outcome, at);
      case 'tick':
        return this.#tick(at);
    }
  }

  /** Everyone who held a lease when the engine ended gets the grace to come back with it. */
  #restore(restored: Restored | undefined, at: Instant): void {
    for (const { row, held } of restored?.tasks ?? []) {
      if (row.state !== 'assigned' || row.agent === null || row.lease === null) {
        this.#assignment.adopt(row, held, { is: 'queued', notBefore: at.monotonic });
        continue;
      }
      const state: Task['state'] = {
        is: 'working',
        held: { agent: row.agent, lease: row.lease },
        attemptDue: at.monotonic + this.#limits.attempt,
        renewals: 0,
        processing: row.processing,
      };
      this.#registry.expect(row.agent, at).tasks.add(this.#assignment.adopt(row, held, state));
    }
  }

  #submit({ task: row, reply }: Of<'submit'>): void {
    if (this.#assignment.tasks.size >= this.#limits.queue)
      return this.#out.reply(
        reply,
        refusal('queue_full', `${this.#limits.queue} tasks are waiting already: try again later`, true),
      );
    const task = this.#assignment.adopt(row, [], { is: 'submitting', reply });
    this.#out.write({ kind: 'submitted', task: row }, (outcome, later) => {
      if (!outcome.ok) {
        this.#assignment.forget(task);
        return this.#out.reply(reply, notStored(outcome.message));
      }
      this.#assignment.enqueue(task, later);
      this.#out.reply(reply, { ok: true, task: this.#view(task, later) });
    });
  }

  #connect({ connection, handshake }: Of<'connect'>, at: Instant): void {
    const { agent, before, replaced, wasConnected } = this.#registry.connect(connection, handshake, at);
    if (replaced !== null) {
      if (before === 'other') this.#out.send(replaced, 'superseded', { by_instance: handshake.instance });
      this.#out.disconnect(replaced);
    }
    const running = (task: Task) =>
      handshake.running.some((one) => one.task_id === task.row.task_id && holds(task, agent.id, one.lease));
    for (const task of [...agent.tasks]) if (!running(task)) this.#notRunning(task, before, wasConnected, at);
    const isKept = (one: { task_id: string; lease: number }) => {
      const task = this.#assignment.tasks.get(one.task_id);
      return task !== undefined && holds(task, agent.id, one.lease);
    };
    for (const one of handshake.running) {
      const task = this.#assignment.tasks.get(one.task_id);
      // The agent is at work on it, so its ack was lost on the way.
      if (task && isKept(one)) this.#assignment.accepted(task, at);
    }
    this.#registry.file(agent);
    this.#out.send(connection, 'registered', {
      connection_epoch: agent.epoch,
      heartbeat_ms: this.#limits.heartbeat,
      store_epoch: this.#storeEpoch,
      keep: handshake.running.filter(isKept).map((one) => one.task_id),
      drop: handshake.running.filter((one) => !isKept(one)).map((one) => one.task_id),
    });
    this.#out.log('info', { agent_id: agent.id, connection_epoch: agent.epoch }, 'agent connected');
  }

  /** A lease that its agent does not name when it connects. */
  #notRunning(task: Task, before: 'none' | 'same' | 'other', wasConnected: boolean, at: Instant): void {
    if (task.commit) return;
    // Of the same process: it goes on with what it has, and a lease on its way to the disk has not left yet.
    if (before === 'same' && (task.state.is === 'working' || task.state.is === 'granting')) return;
    const diedWithIt = before === 'other' && !wasConnected && task.state.is === 'working';
    if (diedWithIt)
      this.#assignment.fail(task, 'agent_crash', 'the agent came back as a new process without the task', at);
    else this.#assignment.requeue(task, at);
  }

  #agentMessage(message: Of<'agent'>, at: Instant): void {
    const agent = this.#registry.at(message.connection);
    if (!agent)
      return this.#out.reply(
        message.reply,
        refusal('superseded', 'this connection was replaced by a newer one: connect again'),
      );
    switch (message.event) {
      case 'heartbeat':
        return this.#heartbeat(agent, message, at);
      case 'task_complete':
        return this.#completions.take(message, agent.id, at);
      default:
        return this.#leased(agent, message, at);
    }
  }

  #heartbeat(agent: Agent, { body, reply }: Extract<Of<'agent'>, { event: 'heartbeat' }>, at: Instant): void {
    this.#registry.seen(agent, body.now, at);
    agent.sovereign = body.sovereign ?? null;
    const drop = body.running.filter(({ task_id, lease }) => {
      const task = this.#assignment.tasks.get(task_id);
      return !task || !holds(task, agent.id, lease);
    });
    this.#out.reply(reply, { ok: true, now: toIso(at.now), drop: drop.map((one) => one.task_id) });
  }

  /** Marks and failures count only under the lease in force. */
  #leased(agent: Agent, message: Exclude<Of<'agent'>, { event: 'heartbeat' | 'task_complete' }>, at: Instant): void {
    const { task_id, lease } = message.body;
    const task = this.#assignment.tasks.get(task_id);
    if (!task || !holds(task, agent.id, lease)) {
      const never = task && !onceHeld(task.held, agent.id, lease);
      if (never)
        this.#out.log(
          'warn',
          { task_id, agent_id: agent.id, lease, event: message.event },
          'message for a task that the agent never had',
        );
      return this.#out.reply(
        message.reply,
        never && message.event === 'task_failed'
          ? refusal('not_your_task', `no lease ${lease} on ${task_id} was ever given to ${agent.id}`)
          : refusal('stale_lease', `lease ${lease} on ${task_id} is no longer in force: stop working on it`),
      );
    }
    // A message about the task says that it was taken up, even where the ack was lost.
    this.#assignment.accepted(task, at);
    if (message.event === 'task_failed')
      this.#assignment.fail(task, message.body.failure_source, message.body.failure_reason, at);
    else this.#assignment.mark(task, message.event === 'processing_enter', at);
    this.#out.reply(message.reply, { ok: true });
  }

  #assignAck({ task_id, lease, accept, reason }: Of<'assign_ack'>, at: Instant): void {
    const task = this.#assignment.tasks.get(task_id);
    if (!task || holderOf(task.state)?.lease !== lease) return;
    if (accept) return this.#assignment.accepted(task, at);
    this.#out.log('info', { task_id, lease, reason }, 'task declined');
    this.#assignment.declined(task, at);
  }

  #cancel({ task_id, reason, reply }: Of<'cancel'>, at: Instant): void {
    const task = this.#assignment.tasks.get(task_id);
    if (!task || task.commit || task.state.is === 'submitting')
      return this.#out.reply(
        reply,
        refusal('unknown_task', `task ${task_id} is not waiting or at work, so there is nothing to cancel`),
      );
    this.#assignment.cancel(task, reason, at, (outcome) =>
      this.#out.reply(reply, outcome.ok ? { ok: true } : notStored(outcome.message)),
    );
  }

  /** A dead task lives again: queued, attempts from 0, a new deadline. */
  #retry({ stored, deadline_ms, reply }: Of<'retry'>, at: Instant): void {
    const { row } = stored;
    if (row.state !== 'dead' || this.#assignment.tasks.has(row.task_id))
      return this.#out.reply(
        reply,
        refusal('unknown_task', `task ${row.task_id} is not dead, so it cannot be retried`),
      );
    const task = this.#assignment.adopt(
      { ...row, attempt: 0, reason: null, ended_ms: null, deadline_ms: at.now + deadline_ms },
      stored.held,
      { is: 'dead' },
    );
    this.#assignment.revive(task, (outcome, later) =>
      this.#out.reply(reply, outcome.ok ? { ok: true, task: this.#view(task, later) } : notStored(outcome.message)),
    );
  }

  #tick(at: Instant): void {
    this.#assignment.retryUnsaved();
    for (const agent of this.#registry.graceOver(at))
      this.#lose(agent, 'network_error', 'the agent did not come back after a disconnect', at);
    for (const task of [...this.#assignment.tasks.values()]) this.#overdue(task, at);
    if (at.monotonic < this.#nextSweep) return;
    this.#nextSweep = at.monotonic + this.#limits.sweep;
    for (const agent of this.#registry.silentSince(at.monotonic - this.#limits.silence)) {
      if (agent.connection !== null) this.#out.disconnect(agent.connection);
      this.#lose(agent, 'agent_crash', `the agent was silent for ${this.#limits.silence / 1_000} s`, at);
    }
  }

  #lose(agent: Agent, source: 'network_error' | 'agent_crash', reason: string, at: Instant): void {
    this.#out.log('warn', { agent_id: agent.id, tasks: agent.tasks.size, reason }, 'agent lost');
    const tasks = [...agent.tasks];
    this.#registry.forget(agent);
    for (const task of tasks) {
      // An instance that this engine never saw was lost with the engine before: no attempt of the task's.
      if (agent.instance === '' && !task.commit) this.#assignment.requeue(task, at);
      else this.#assignment.fail(task, source, reason, at);
    }
  }

  #overdue(task: Task, at: Instant): void {
    const { state } = task;
    if (task.commit || state.is === 'submitting' || state.is === 'dead' || state.is === 'cancelled') return;
    if (at.now >= task.row.deadline_ms) return this.#assignment.expire(task, at);
    if (state.is === 'offered' && at.monotonic >= state.ackDue) return this.#assignment.unanswered(task, at);
    if (state.is !== 'working' || at.monotonic < state.attemptDue) return;
    const source = state.processing ? 'sovereign_timeout' : 'agent_crash';
    this.#assignment.fail(task, source, `no result within ${this.#limits.attempt / 1_000} s`, at);
  }

  #view(task: Task, at: Instant): TaskView {
    const held = holderOf(task.state);
    const row = { ...task.row, agent: held?.agent ?? null, lease: held?.lease ?? null };
    const state = task.commit
      ? 'committing'
      : held
        ? 'assigned'
        : task.state.is === 'submitting'
          ? 'queued'
          : task.state.is;
    return viewOf(row, state as TaskView['state'], this.#assignment.waitingReason(task, at), null);
  }
}

const notStored = (why: string): Refusal =>
  refusal('not_persisted', `this is not stored (${why}): try again later`, true);
