import type { HeldLease } from '../contract/facts.ts';
import { type AgentHandshake, type Refusal, refusal } from '../contract/messages.ts';
import type { Origin } from '../contract/result.ts';
import type { Status } from '../contract/sidebar.ts';
import type { TaskView } from '../contract/task.ts';
import { toIso } from '../signals/instant.ts';
import { Assignment } from './assignment.ts';
import { TaskCircuits } from './circuit.ts';
import { Completions } from './completion.ts';
import { Connections } from './connections.ts';
import { Endings } from './endings.ts';
import type { Effect, Instant, OrchestratorEvent, Restored } from './events.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { type Agent, Registry } from './registry.ts';
import { holderOf, holds, onceHeld, type Task, viewOf } from './task.ts';
import { UnseenTime } from './unseen-time.ts';

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
type AgentEvent<E extends Of<'agent'>['event']> = Extract<Of<'agent'>, { event: E }>;

const FOLLOW_UP_DEADLINE_MS = 15 * 60_000;

const notStored = (why: string): Refusal =>
  refusal('not_persisted', `this is not stored (${why}): try again later`, true);

/**
 * The synchronous core: one event in, effects out. It does no I/O and knows no timer; what an effect's
 * fact depends on happens when its `written` event comes (R7).
 */
export class Orchestrator {
  readonly #limits: Limits;
  readonly #out = new Outbox();
  readonly #registry: Registry;
  readonly #circuits: TaskCircuits;
  readonly #assignment: Assignment;
  readonly #endings: Endings;
  readonly #completions: Completions;
  readonly #connections: Connections;
  readonly #unseen: UnseenTime;
  #nextSweep: number;

  constructor(options: OrchestratorOptions) {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { origin, storeEpoch, at, marketTime = (now: number) => now } = options;
    const out = this.#out;
    const registry = new Registry(limits);
    const circuits = new TaskCircuits(limits);
    const assignment = new Assignment({ registry, circuits, out, limits, lastLease: options.restored?.lastLease ?? 0 });
    const endings = new Endings({ assignment, registry, circuits, out, limits });
    const followUpDeadlineMs = options.followUpDeadlineMs ?? FOLLOW_UP_DEADLINE_MS;
    this.#completions = new Completions({
      registry,
      assignment,
      endings,
      circuits,
      out,
      origin,
      marketTime,
      followUpDeadlineMs,
    });
    this.#connections = new Connections({ registry, assignment, endings, out, limits, storeEpoch });
    this.#unseen = new UnseenTime(limits.drift, at);
    this.#limits = limits;
    this.#registry = registry;
    this.#circuits = circuits;
    this.#assignment = assignment;
    this.#endings = endings;
    this.#nextSweep = at.monotonic + limits.sweep;
    for (const { row, held } of options.restored?.tasks ?? []) this.#restore(row, held, at);
  }

  step(event: OrchestratorEvent, at: Instant): Effect[] {
    if (this.#unseen.passed(event.type, at)) {
      this.#out.log('info', 'time_unseen', {});
      this.#freshGrace(at);
    }
    this.#handle(event, at);
    this.#assignment.dispatch(at);
    return this.#out.take();
  }

  /** Why a handshake is not taken now; null where it is. */
  refuses(handshake: Pick<AgentHandshake, 'agent_id' | 'instance'>, at: Instant): Refusal | null {
    return this.#registry.refuses(handshake, at);
  }

  /** Why a new task of a type is not taken now, and for how long (R10); null where it is. */
  refusesType(taskType: string, at: Instant): { refused: Refusal; retryAfterMs: number } | null {
    const retryAfterMs = this.#circuits.of(taskType).closedFor(at.monotonic);
    if (retryAfterMs === 0) return null;
    const why = `too many agents failed at ${taskType}: it is taken again in ${Math.ceil(retryAfterMs / 1_000)} s`;
    return { refused: refusal('circuit_open', why, true), retryAfterMs };
  }

  /** A task in memory as HTTP shows it; null where it is over or unknown. */
  view(taskId: string, at: Instant): TaskView | null {
    const task = this.#assignment.tasks.get(taskId);
    return task && task.state.is !== 'submitting' ? this.#view(task, at) : null;
  }

  /** Whether no agent has taken up a task. */
  isQueued(taskId: string): boolean {
    return this.#assignment.tasks.get(taskId)?.state.is === 'queued';
  }

  status(at: Instant): Pick<Status, 'agents' | 'waiting' | 'circuits'> {
    return {
      agents: this.#registry.status(at),
      waiting: this.#assignment.waitingStatus(at),
      circuits: this.#circuits.status(),
    };
  }

  /** Every task in memory and its state, for whoever holds the core to its invariants. */
  inspect(): readonly Task[] {
    return [...this.#assignment.tasks.values()];
  }

  #handle(event: OrchestratorEvent, at: Instant): void {
    switch (event.type) {
      case 'submit':
        return this.#submit(event, at);
      case 'connect':
        return this.#connections.arrive(event.connection, event.handshake, at);
      case 'disconnect':
        return this.#connections.leave(event.connection, at);
      case 'agent':
        return this.#agentMessage(event, at);
      case 'assign_ack':
        return this.#assignAck(event, at);
      case 'written':
        for (const { ref, outcome } of event.outcomes) this.#out.written(ref, outcome, at);
        return;
      case 'resumed':
        return this.#freshGrace(at);
      case 'tick':
        return this.#tick(at);
      default:
        return this.#command(event, at);
    }
  }

  #command(event: Of<'cancel' | 'retry' | 'drain' | 'pause'>, at: Instant): void {
    switch (event.type) {
      case 'cancel':
        return this.#cancel(event, at);
      case 'retry':
        return this.#retry(event, at);
      case 'drain':
        this.#registry.drain(event.agent_id, event.on, at);
        return this.#out.reply(event.reply, { ok: true });
      case 'pause':
        this.#assignment.paused = event.on;
        return this.#out.reply(event.reply, { ok: true });
    }
  }

  /** Everyone who held a lease when the engine ended gets the grace to come back with it. */
  #restore(row: Task['row'], held: readonly HeldLease[], at: Instant): void {
    if (row.state !== 'assigned' || row.agent === null || row.lease === null) {
      this.#assignment.adopt(row, held, { is: 'queued', notBefore: at.monotonic }, at);
      return;
    }
    const state: Task['state'] = {
      is: 'working',
      held: { agent: row.agent, lease: row.lease },
      attemptDue: at.monotonic + this.#limits.attempt,
      renewals: 0,
      processing: row.processing,
    };
    this.#registry.expect(row.agent, at).tasks.add(this.#assignment.adopt(row, held, state, at));
  }

  #submit({ task: row, reply }: Of<'submit'>, at: Instant): void {
    const refused = this.refusesType(row.task_type, at)?.refused;
    if (refused) return this.#out.reply(reply, refused);
    const full = this.#full();
    if (full) return this.#out.reply(reply, full);
    const task = this.#assignment.adopt(row, [], { is: 'submitting', reply }, at);
    this.#out.write({ kind: 'submitted', task: row }, (outcome, later) => {
      if (!outcome.ok) {
        this.#assignment.forget(task);
        return this.#out.reply(reply, notStored(outcome.message));
      }
      this.#assignment.enqueue(task, later);
      this.#out.reply(reply, { ok: true, task: this.#view(task, later) });
    });
  }

  #full(): Refusal | null {
    const { queue } = this.#limits;
    return this.#assignment.tasks.size < queue
      ? null
      : refusal('queue_full', `${queue} tasks are waiting or at work already: try again later`, true);
  }

  #agentMessage(message: Of<'agent'>, at: Instant): void {
    const agent = this.#registry.at(message.connection);
    if (!agent)
      return this.#out.reply(
        message.reply,
        refusal(
          'superseded',
          'this connection was replaced by a newer one: keep what you have and connect again',
          true,
        ),
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

  #heartbeat(agent: Agent, { body, reply }: AgentEvent<'heartbeat'>, at: Instant): void {
    this.#registry.seen(agent, body.now, at);
    this.#registry.setSovereign(agent, body.sovereign ?? null, at);
    const drop = body.running.filter(({ task_id, lease }) => {
      const task = this.#assignment.tasks.get(task_id);
      return !task || !holds(task, agent.id, lease);
    });
    this.#out.reply(reply, { ok: true, now: toIso(at.now), drop: drop.map((one) => one.task_id) });
  }

  /** Marks and failures count only under the lease in force. */
  #leased(
    agent: Agent,
    message: AgentEvent<'processing_enter' | 'processing_leave' | 'task_failed'>,
    at: Instant,
  ): void {
    const { task_id, lease } = message.body;
    const task = this.#assignment.tasks.get(task_id);
    if (!task || !holds(task, agent.id, lease)) return this.#foreign(task, agent, message);
    // A message about the task says that it was taken up, even where the ack was lost.
    this.#assignment.accepted(task, at);
    if (message.event === 'task_failed') {
      const { failure_source, failure_reason } = message.body;
      this.#endings.fail(task, failure_source, failure_reason, at);
    } else this.#assignment.mark(task, message.event === 'processing_enter', at);
    this.#out.reply(message.reply, { ok: true });
  }

  #foreign(
    task: Task | undefined,
    agent: Agent,
    { event, body, reply }: AgentEvent<'processing_enter' | 'processing_leave' | 'task_failed'>,
  ): void {
    const { task_id, lease } = body;
    const never = task !== undefined && !onceHeld(task.held, agent.id, lease);
    if (never) this.#out.log('warn', 'foreign_message', { task_id, agent_id: agent.id, lease, message: event });
    const refused =
      never && event === 'task_failed'
        ? refusal('not_your_task', `no lease ${lease} on ${task_id} was ever given to ${agent.id}`)
        : refusal('stale_lease', `lease ${lease} on ${task_id} is no longer in force: stop working on it`);
    this.#out.reply(reply, refused);
  }

  #assignAck({ task_id, lease, accept, reason }: Of<'assign_ack'>, at: Instant): void {
    const task = this.#assignment.tasks.get(task_id);
    if (!task || holderOf(task.state)?.lease !== lease) return;
    if (accept) return this.#assignment.accepted(task, at);
    this.#out.log('info', 'task_declined', { task_id, lease, reason });
    this.#assignment.declined(task, at);
  }

  #cancel({ task_id, reason, reply }: Of<'cancel'>, at: Instant): void {
    const task = this.#assignment.tasks.get(task_id);
    const over =
      !task ||
      task.commit ||
      task.state.is === 'submitting' ||
      task.state.is === 'dead' ||
      task.state.is === 'cancelled';
    if (over)
      return this.#out.reply(
        reply,
        refusal('unknown_task', `task ${task_id} is not waiting or at work, so there is nothing to cancel`),
      );
    this.#endings.cancel(task, reason, at, (outcome) =>
      this.#out.reply(reply, outcome.ok ? { ok: true } : notStored(outcome.message)),
    );
  }

  /** A dead task lives again: queued, attempts from 0, a new deadline. */
  #retry({ stored, deadline_ms, reply }: Of<'retry'>, at: Instant): void {
    const { task_id } = stored.row;
    const live = this.#assignment.tasks.get(task_id);
    const notDead = (): void =>
      this.#out.reply(reply, refusal('unknown_task', `task ${task_id} is not dead, so it cannot be retried`));
    const revive = ({ row, held }: Pick<Task, 'row' | 'held'>, now: Instant): void => {
      const full = this.#full();
      if (full) return this.#out.reply(reply, full);
      const revived = { ...row, attempt: 0, reason: null, ended_ms: null, deadline_ms: now.now + deadline_ms };
      const task = this.#assignment.adopt(revived, held, { is: 'dead' }, now);
      this.#endings.revive(task, (outcome, later) =>
        this.#out.reply(reply, outcome.ok ? { ok: true, task: this.#view(task, later) } : notStored(outcome.message)),
      );
    };
    if (!live) return stored.row.state === 'dead' ? revive(stored, at) : notDead();
    if (live.state.is !== 'dead' || live.row.ended_ms === null || live.commit) return notDead();
    // Whoever looks sees it dead already; on the disk its end is to come before its new life.
    this.#endings.saveEnd(live, (outcome, later) => {
      if (!outcome.ok) return this.#out.reply(reply, notStored(outcome.message));
      const now = this.#assignment.tasks.get(task_id);
      if (live.commit || (now && now !== live)) return notDead();
      revive(live, later);
    });
  }

  #tick(at: Instant): void {
    this.#endings.retryUnsaved();
    this.#registry.lapse(at);
    this.#assignment.lapse(at);
    this.#connections.loseAbsent(at);
    for (const task of this.inspect()) this.#overdue(task, at);
    if (at.monotonic < this.#nextSweep) return;
    this.#nextSweep = at.monotonic + this.#limits.sweep;
    this.#connections.loseSilent(at);
  }

  #overdue(task: Task, at: Instant): void {
    const { state } = task;
    if (task.commit || state.is === 'submitting' || state.is === 'dead' || state.is === 'cancelled') return;
    if (at.monotonic >= task.deadlineDue) return this.#endings.expire(task, at);
    if (state.is === 'offered' && at.monotonic >= state.ackDue) return this.#assignment.unanswered(task, at);
    if (state.is !== 'working' || at.monotonic < state.attemptDue) return;
    const source = state.processing ? 'sovereign_timeout' : 'agent_crash';
    this.#endings.fail(task, source, `no result within ${this.#limits.attempt / 1_000} s`, at);
  }

  /** Time has passed that nobody saw: no one is silent, absent or late for that. */
  #freshGrace(at: Instant): void {
    this.#registry.freshGrace(at);
    this.#assignment.freshGrace(at);
    this.#nextSweep = at.monotonic + this.#limits.sweep;
  }

  #view(task: Task, at: Instant): TaskView {
    const held = holderOf(task.state);
    const row = { ...task.row, agent: held?.agent ?? null, lease: held?.lease ?? null };
    const working = held ? 'assigned' : task.state.is === 'submitting' ? 'queued' : task.state.is;
    return viewOf(
      row,
      task.commit ? 'committing' : (working as TaskView['state']),
      this.#assignment.waitingReason(task, at),
      null,
    );
  }
}
