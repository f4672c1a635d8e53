import type { AgentHandshake, Reply, TaskAssign } from '../contract/messages.ts';
import { requiredCapabilities } from '../contract/task.ts';
import type { Effect, Instant, OrchestratorEvent } from '../orchestrator/events.ts';
import type { Limits } from '../orchestrator/limits.ts';
import type { Orchestrator } from '../orchestrator/orchestrator.ts';
import { holderOf, holds, type Task } from '../orchestrator/task.ts';
import { type Hold, InvariantError } from './invariant.ts';
import type { Label, Labels } from './labels.ts';
import { RecordWitness } from './record-witness.ts';
import { ScreenWitness } from './screen-witness.ts';
import type { Opened, SimStore } from './sim-store.ts';

const OVER: ReadonlySet<string> = new Set(['completed', 'dead', 'cancelled']);

type AgentEvent = Extract<OrchestratorEvent, { type: 'agent' }>;
type LogEffect = Extract<Effect, { type: 'log' }>;

interface Presence {
  handshake: AgentHandshake;
  agent_id: string;
}

/** Watches every step of the engine from outside and holds it to what it promises. */
export class Witness {
  readonly screens: ScreenWitness;
  readonly #store: SimStore;
  readonly #limits: Limits;
  readonly #labels: Labels;
  readonly #records: RecordWitness;
  readonly #presence = new Map<string, Presence>();
  /** When each agent was last heard, and when it was last seen to leave; monotonic ms. */
  readonly #heard = new Map<string, number>();
  readonly #left = new Map<string, number>();
  readonly #asked = new Map<number, { event: AgentEvent; of: Label | null }>();
  readonly #marks = new Map<number, boolean>();
  readonly #sentLeases = new Map<number, string>();
  readonly #attempts = new Map<string, number>();
  readonly #accepted = new Set<string>();
  #kept: { task: Task; lease: number }[] = [];
  /** A task about which somebody speaks under a lease that is not in force. */
  #fenced: { task: Task; lease: number | null; attempt: number } | null = null;
  #connecting: string | null = null;
  #lastLease = 0;
  #monotonic = 0;
  #broken: InvariantError | null = null;

  constructor(store: SimStore, limits: Limits, labels: Labels) {
    this.#store = store;
    this.#limits = limits;
    this.#labels = labels;
    const hold: Hold = (invariant, holds, what) => this.#hold(invariant, holds, what);
    this.#records = new RecordWitness(store, labels, hold);
    this.screens = new ScreenWitness(store, labels, hold);
  }

  /** The store was opened: what is gone is told, and nobody goes on from a cursor of before. */
  opened({ lost, lostResults, newEpoch, alarm }: Opened): void {
    if (lostResults) {
      this.#labels.reached('results lost');
      this.#hold('what is lost is told', newEpoch && alarm !== null, () => `new epoch: ${newEpoch}, alarm: ${alarm}`);
    } else if (newEpoch) this.#labels.reached('anchor lost');
    if (!lost) return;
    const { tasks } = this.#store.committed;
    this.#records.lost();
    for (const id of this.#accepted) if (!tasks.has(id)) this.#accepted.delete(id);
    this.#sentLeases.clear();
  }

  /** A new process of the engine takes up what the store has. */
  started(at: Instant): void {
    this.#presence.clear();
    this.#asked.clear();
    this.#attempts.clear();
    this.#marks.clear();
    this.#lastLease = this.#store.committed.leases;
    this.screens.started();
    for (const { row } of this.#store.restored().tasks) {
      if (row.state !== 'assigned' || row.agent === null) continue;
      this.#labels.reached('restored at work');
      this.#left.set(row.agent, at.monotonic);
      if (row.processing && row.lease !== null) {
        this.#labels.reached('restored in a model call');
        this.#marks.set(row.lease, true);
      }
    }
  }

  /** Time passed that nobody saw: no one may be called silent or absent for it. */
  unseen(monotonic: number): void {
    for (const id of this.#heard.keys()) this.#heard.set(id, monotonic);
    for (const id of this.#left.keys()) this.#left.set(id, monotonic);
  }

  /** Throws the first promise that was broken, if any. */
  assertHeld(): void {
    if (this.#broken) throw this.#broken;
  }

  accepted(taskId: string): void {
    this.#accepted.add(taskId);
  }

  before(event: OrchestratorEvent, core: Orchestrator, at: Instant): void {
    this.#monotonic = at.monotonic;
    if (event.type === 'connect') {
      const { handshake } = event;
      this.#presence.set(event.connection, { handshake, agent_id: handshake.agent_id });
      this.#heard.set(handshake.agent_id, at.monotonic);
      this.#connecting = handshake.agent_id;
      this.#kept = core.inspect().flatMap((task) => {
        const named = handshake.running.find(
          (one) => one.task_id === task.row.task_id && holds(task, handshake.agent_id, one.lease),
        );
        return named && !task.commit && task.state.is !== 'granting' ? [{ task, lease: named.lease }] : [];
      });
    } else if (event.type === 'disconnect') {
      const id = this.#presence.get(event.connection)?.agent_id;
      if (id !== undefined) this.#left.set(id, at.monotonic);
    } else if (event.type === 'agent') {
      this.#asked.set(event.reply, { event, of: this.#kindOfCompletion(event, core) });
      this.#fenced = this.#fencedBy(event, core);
    } else if (event.type === 'retry') this.#attempts.delete(event.stored.row.task_id);
  }

  after(event: OrchestratorEvent, effects: readonly Effect[], core: Orchestrator): void {
    const opened = effects.some((effect) => effect.type === 'log' && effect.news === 'circuit_opened');
    for (const effect of effects) {
      if (effect.type === 'send' && effect.event === 'task_assign')
        this.#assigned(effect.connection, effect.payload, core);
      else if (effect.type === 'reply') this.#replied(effect.to, effect.body);
      else if (effect.type === 'log') this.#logged(effect, opened);
      else if (effect.type === 'write' && effect.fact.kind === 'leased') {
        const { lease } = effect.fact;
        this.#hold('I2 leases rise', lease > this.#lastLease, () => `${lease} after ${this.#lastLease}`);
        this.#lastLease = lease;
      }
    }
    this.#checkFence();
    if (event.type !== 'connect') return;
    for (const { task, lease } of this.#kept) {
      const kept =
        core.inspect().includes(task) && holds(task, this.#connecting ?? '', lease) && task.state.is === 'working';
      this.#hold(
        'a lease that its agent comes back with is kept',
        kept,
        () => `${task.row.task_id} lease ${lease}: ${task.state.is}`,
      );
      this.#labels.reached('lease kept over a reconnect');
    }
    this.#kept = [];
  }

  /** Looks at the whole engine between two commands. */
  check(core: Orchestrator): void {
    const tasks = core.inspect();
    const byId = new Map(tasks.map((task) => [task.row.task_id, task]));
    for (const id of this.#accepted) {
      if (byId.has(id)) continue;
      const ended = this.#store.committed.tasks.get(id)?.state;
      this.#hold(
        'I1 no accepted task is lost',
        ended !== undefined && OVER.has(ended),
        () => `${id} is nowhere (stored as ${ended})`,
      );
      // What is completed or cancelled stays so; a dead one may live again.
      if (ended !== 'dead') this.#accepted.delete(id);
    }
    for (const task of tasks) {
      if (task.state.is !== 'working') continue;
      const { processing, held } = task.state;
      const entered = this.#marks.get(held.lease) ?? false;
      this.#hold(
        'I12 processing marks are those entered and not left',
        processing === entered,
        () => `${task.row.task_id}: ${processing}, entered ${entered}`,
      );
    }
    const waiting = tasks.filter(
      ({ row, state }) => row.analysis_task_id === null && state.is !== 'dead' && state.is !== 'cancelled',
    );
    this.#hold('I10 the queue is bounded', waiting.length <= this.#limits.queue, () => `${waiting.length} tasks`);
    for (const analysis of this.#records.check()) this.#accepted.add(`${analysis}:signal`);
  }

  #assigned(connection: string, task: TaskAssign, core: Orchestrator): void {
    const presence = this.#presence.get(connection);
    const { task_id, lease, task_type } = task;
    this.#hold('a lease goes to somebody', presence !== undefined, () => `${task_id} to ${connection}`);
    if (!presence) return;
    const { capabilities, max_concurrent, agent_id } = presence.handshake;
    const able = requiredCapabilities(task_type).every(
      (name) => Object.hasOwn(capabilities, name) && capabilities[name] === true,
    );
    this.#hold(
      'I8 a task goes only to who is able to do it',
      able,
      () => `${task_type} to ${agent_id} with ${JSON.stringify(capabilities)}`,
    );
    const has = core.inspect().filter(({ state }) => holderOf(state)?.agent === agent_id).length;
    this.#hold(
      'I8 nobody is given more than it takes',
      has <= max_concurrent,
      () => `${agent_id} has ${has} of ${max_concurrent}`,
    );
    const whose = `${task_id} ${agent_id}`;
    const before = this.#sentLeases.get(lease);
    this.#hold('I2 a lease is sent once', before === undefined, () => `${lease}: ${before}, then ${whose}`);
    this.#sentLeases.set(lease, whose);
    const row = this.#store.committed.tasks.get(task_id);
    this.#hold(
      'a lease is on disk before it leaves',
      row?.lease === lease && row.state === 'assigned',
      () => `${task_id}: ${row?.state} ${row?.lease}, sent ${lease}`,
    );
  }

  #replied(ref: number, body: Reply): void {
    const asked = this.#asked.get(ref);
    this.#asked.delete(ref);
    if (!asked) return;
    const { event, of } = asked;
    if (!body.ok) return this.#refused(body.code);
    if (event.event === 'heartbeat')
      this.#heard.set(this.#presence.get(event.connection)?.agent_id ?? '', this.#monotonic);
    if (event.event === 'processing_enter' || event.event === 'processing_leave')
      this.#marks.set(event.body.lease, event.event === 'processing_enter');
    if (event.event !== 'task_complete') return;
    const stored = this.#store.task(event.body.task_id)?.completion ?? null;
    const offset = body.offset as number | null;
    if (body.status === 'duplicate') {
      this.#labels.reached('duplicate acked');
      return this.#hold(
        'I4 a duplicate is acked with the stored offset',
        (stored?.offset ?? null) === offset,
        () => `${event.body.task_id}: ${offset}, stored ${stored?.offset}`,
      );
    }
    this.#hold(
      'I4 what is acked as stored is on disk',
      stored?.offset === offset,
      () => `${event.body.task_id}: acked ${offset}, stored ${stored?.offset}`,
    );
    this.#hold(
      'R6 the stored completion is the acked one',
      stored?.lease === event.body.lease,
      () => `${event.body.task_id}: ${event.body.lease}, stored ${stored?.lease}`,
    );
    const agent = this.#presence.get(event.connection)?.agent_id ?? '';
    const held = this.#store.task(event.body.task_id)?.held ?? [];
    const wasGiven = held.some((one) => one.lease === event.body.lease && one.agent_id === agent);
    this.#hold(
      'R6 only who was given a lease completes a task',
      wasGiven,
      () => `${event.body.task_id} by ${agent}, lease ${event.body.lease}`,
    );
    if (of) this.#labels.reached(of);
  }

  #fencedBy(event: AgentEvent, core: Orchestrator): { task: Task; lease: number | null; attempt: number } | null {
    if (event.event === 'heartbeat' || event.event === 'task_complete') return null;
    const { task_id, lease } = event.body;
    const task = core.inspect().find(({ row }) => row.task_id === task_id);
    const agent = this.#presence.get(event.connection)?.agent_id ?? '';
    if (!task || holds(task, agent, lease)) return null;
    return { task, lease: holderOf(task.state)?.lease ?? null, attempt: task.row.attempt };
  }

  /** An old lease changes nothing: whoever works goes on, and no attempt is counted. */
  #checkFence(): void {
    if (!this.#fenced) return;
    const { task, lease, attempt } = this.#fenced;
    this.#fenced = null;
    const untouched = task.row.attempt === attempt && (lease === null || holderOf(task.state)?.lease === lease);
    this.#hold(
      'I2 an old lease changes nothing',
      untouched,
      () => `${task.row.task_id}: attempt ${attempt} to ${task.row.attempt}, lease ${lease}`,
    );
  }

  /** What is rare about a completion, should it be stored. */
  #kindOfCompletion(event: AgentEvent, core: Orchestrator): Label | null {
    if (event.event !== 'task_complete') return null;
    const { task_id, lease } = event.body;
    const state = core.inspect().find((task) => task.row.task_id === task_id)?.state;
    if (state?.is === 'dead' || this.#store.committed.tasks.get(task_id)?.state === 'dead')
      return 'completed after death';
    return state && holderOf(state)?.lease !== lease ? 'completed by a former holder' : null;
  }

  #refused(code: string): void {
    if (code === 'not_persisted') this.#labels.reached('commit refused');
    if (code === 'invalid_result') this.#labels.reached('result refused as invalid');
    if (code === 'stale_lease') this.#labels.reached('stale lease refused');
    if (code === 'not_your_task') this.#labels.reached('answer without a lease refused');
  }

  #logged({ news, fields }: LogEffect, opened: boolean): void {
    if (news === 'agent_lost') return this.#lost(String(fields.agent_id), String(fields.reason));
    if (news === 'attempt_failed') return this.#attempt(fields, opened);
    if (news === 'assignment_unanswered') this.#labels.reached('assignment unanswered');
    if (news === 'result_not_stored' && Number(fields.waiting) > 0)
      this.#labels.reached('waiting completion took the place of a refused one');
    if (news === 'circuit_opened') this.#labels.reached('circuit opened');
    if (news === 'agent_quarantined') this.#labels.reached('agent quarantined');
    if (news === 'agent_superseded') this.#labels.reached('agent superseded');
    if (news === 'late_result') this.#labels.reached('late result kept');
    if (news === 'task_declined') this.#labels.reached('assignment declined');
    if (news === 'time_unseen') this.#labels.reached('time unseen');
    if (news === 'task_ended' && fields.reason === 'overtaken') this.#labels.reached('follow-up overtaken');
    if (news === 'task_ended' && fields.state === 'dead' && fields.reason !== 'deadline')
      this.#labels.reached('attempts used up');
  }

  /** Nobody who was heard in time, or has not been away for the whole grace, is given up. */
  #lost(id: string, reason: string): void {
    if (reason.includes('silent')) {
      this.#labels.reached('agent lost in silence');
      const silent = this.#monotonic - (this.#heard.get(id) ?? 0);
      return this.#hold(
        'an agent that beats is never lost',
        silent >= this.#limits.silence,
        () => `${id} was heard ${silent} ms ago`,
      );
    }
    this.#labels.reached('agent lost after a disconnect');
    const away = this.#monotonic - (this.#left.get(id) ?? 0);
    this.#hold('an agent has its grace to come back', away >= this.#limits.grace, () => `${id} left ${away} ms ago`);
  }

  #attempt(fields: LogEffect['fields'], opened: boolean): void {
    const id = String(fields.task_id);
    const attempt = Number(fields.attempt);
    const source = String(fields.failure_source);
    if (String(fields.failure_reason).startsWith('no result within'))
      this.#labels.reached(source === 'sovereign_timeout' ? 'attempt over in a model call' : 'attempt over elsewhere');
    const before = this.#attempts.get(id);
    this.#attempts.set(id, attempt);
    if (source !== 'sovereign_timeout' && source !== 'invalid_result') return;
    this.#hold('I9 a slow model opens no circuit', !opened, () => `${source} on ${id}`);
    if (source === 'sovereign_timeout' && before !== undefined)
      this.#hold('I9 a slow model uses no attempt', attempt === before, () => `${id}: ${attempt} after ${before}`);
  }

  /** The first broken promise is kept: it may be thrown into code that would take it for a failure of its own. */
  #hold(invariant: string, holds: boolean, what: () => string): void {
    if (holds) return;
    this.#broken ??= new InvariantError(invariant, what());
    throw this.#broken;
  }
}
