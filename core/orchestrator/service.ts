import type { StoredTask } from '../contract/facts.ts';
import {
  type AgentEvents,
  type AgentHandshake,
  assignAckSchema,
  type Refusal,
  type Reply,
  refusal,
} from '../contract/messages.ts';
import { newTask } from '../contract/new-task.ts';
import type { Origin } from '../contract/result.ts';
import type { Status } from '../contract/sidebar.ts';
import { DEFAULT_DEADLINE_MS, isTradingTaskType, type Submit, type TaskView } from '../contract/task.ts';
import type { Clock } from '../kit/clock.ts';
import { Disposers } from '../kit/disposers.ts';
import type { AtFaultPoint } from '../kit/fault-points.ts';
import type { Ids } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import { Seldom } from '../kit/seldom.ts';
import { analysisBasisSchema } from '../signals/analysis-basis.ts';
import type { Effect, Instant, OrchestratorEvent, OrchestratorNews, ReplyRef } from './events.ts';
import type { Limits } from './limits.ts';
import { Orchestrator } from './orchestrator.ts';
import type { AgentConnection, Market, SubmitAnswer, TaskStore } from './ports.ts';
import { viewOf } from './task.ts';

export interface OrchestratorServiceOptions {
  clock: Clock;
  ids: Ids;
  log: Log;
  store: TaskStore & { readonly storeEpoch: string };
  market: Market;
  origin: Origin;
  marketTime: (now: number) => number;
  limits?: Partial<Limits>;
  /** Told of each thing worth a line, for counting. */
  onNews?: (news: OrchestratorNews) => void;
  at?: AtFaultPoint;
}

const TICK_MS = 500;
const SELDOM_MS = 10_000;

/** Carries the core's effects out: sockets, the store and the clock meet it here and nowhere else. */
export class OrchestratorService {
  readonly #core: Orchestrator;
  readonly #to: OrchestratorServiceOptions;
  readonly #connections = new Map<string, AgentConnection>();
  readonly #replies = new Map<ReplyRef, (body: Reply) => void>();
  readonly #submitting = new Map<string, Promise<SubmitAnswer>>();
  readonly #open = new Disposers();
  readonly #seldom: Seldom;
  #lastReply = 0;
  #closed = false;

  constructor(options: OrchestratorServiceOptions) {
    this.#to = options;
    const { store, origin, marketTime, limits = {}, clock } = options;
    this.#seldom = new Seldom(SELDOM_MS, clock.monotonic);
    this.#core = new Orchestrator({
      origin,
      storeEpoch: store.storeEpoch,
      marketTime,
      limits,
      followUpDeadlineMs: DEFAULT_DEADLINE_MS,
      restored: { tasks: store.reader.openTasks(), lastLease: store.reader.lastLease() },
      at: this.#at(),
    });
    // Behind the poll of the event loop, so that what has come in meanwhile counts before anyone is called silent.
    this.#open.add(clock.every(TICK_MS, () => void setImmediate(() => this.#step({ type: 'tick' }))));
  }

  refuses(handshake: AgentHandshake): Refusal | null {
    return this.#core.refuses(handshake, this.#at());
  }

  connect(connection: AgentConnection, handshake: AgentHandshake): void {
    this.#connections.set(connection.id, connection);
    this.#step({ type: 'connect', connection: connection.id, handshake });
  }

  disconnect(connectionId: string): void {
    if (!this.#connections.delete(connectionId)) return;
    this.#step({ type: 'disconnect', connection: connectionId });
  }

  receive<E extends keyof AgentEvents>(connectionId: string, event: E, body: AgentEvents[E]): Promise<Reply> {
    return this.#ask((reply) => ({ type: 'agent', connection: connectionId, event, body, reply }) as OrchestratorEvent);
  }

  /** Makes a task; with a key given before, answers with the task of then. */
  submit(request: Submit, key: string | null): Promise<SubmitAnswer> {
    if (key === null) return this.#create(request, null);
    const same = this.#submitting.get(key);
    if (same) return same.then((answer) => ({ ...answer, created: false }));
    const known = this.#to.store.reader.taskByKey(key);
    if (known) return Promise.resolve({ created: false, reply: { ok: true, task: this.task(known.row.task_id) } });
    const made = this.#create(request, key).finally(() => this.#submitting.delete(key));
    this.#submitting.set(key, made);
    return made;
  }

  cancel(task_id: string, reason: string): Promise<Reply> {
    return this.#ask((reply) => ({ type: 'cancel', task_id, reason, reply }));
  }

  retry(task_id: string): Promise<Reply> {
    const stored = this.#to.store.reader.task(task_id);
    if (!stored) return Promise.resolve(refusal('unknown_task', `there is no task ${task_id}`));
    return this.#ask((reply) => ({ type: 'retry', stored, deadline_ms: DEFAULT_DEADLINE_MS, reply }));
  }

  /** A draining agent finishes what it has and is offered nothing new; off lets it take part again. */
  drain(agent_id: string, on: boolean): Promise<Reply> {
    return this.#ask((reply) => ({ type: 'drain', agent_id, on, reply }));
  }

  /** While paused no task is given out; what is at work goes on. */
  pause(on: boolean): Promise<Reply> {
    return this.#ask((reply) => ({ type: 'pause', on, reply }));
  }

  /** The machine was asleep: everyone gets one fresh grace. */
  resumed(): void {
    this.#step({ type: 'resumed' });
  }

  /** One task, with its stored result where it is completed. */
  task(taskId: string): TaskView | null {
    const live = this.#core.view(taskId, this.#at());
    if (live) return live;
    const { reader } = this.#to.store;
    const stored = reader.task(taskId);
    if (!stored) return null;
    const view = storedView(stored);
    return view.offset === null ? view : { ...view, result: reader.result(view.offset) };
  }

  tasks(state: string | null, limit: number): TaskView[] {
    const stored = this.#to.store.reader.tasks(state, limit);
    return stored.map((one) => this.#core.view(one.row.task_id, this.#at()) ?? storedView(one));
  }

  /** Ends a task that waits for an agent, for the sake of a newer one; whoever has it goes on with it. */
  overtake(taskId: string): void {
    if (this.#core.isQueued(taskId)) void this.cancel(taskId, 'overtaken');
  }

  status(): Pick<Status, 'agents' | 'waiting' | 'circuits'> {
    return this.#core.status(this.#at());
  }

  close(): void {
    this.#closed = true;
    this.#open.close();
    for (const reply of this.#replies.values())
      reply(refusal('shutting_down', 'the engine is stopping: keep it and send it again', true));
    this.#replies.clear();
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  async #create(request: Submit, key: string | null): Promise<SubmitAnswer> {
    const given = request.payload ?? {};
    const shut = this.#core.refusesType(request.task_type, this.#at());
    if (shut) return { created: false, reply: shut.refused, retryAfterMs: shut.retryAfterMs };
    const wrong = request.task_type === 'trading_signal' ? this.#whyNoBasis(request, given.analysis) : null;
    if (wrong) return { created: false, reply: refusal('invalid_message', `payload.analysis: ${wrong}`) };
    const { symbol, timeframe } = request;
    const described =
      isTradingTaskType(request.task_type) && symbol && timeframe
        ? this.#to.market.describe(symbol, timeframe, given)
        : { payload: given, engine_reading: null, last_bar_close_ms: null };
    const now = this.#to.clock.now();
    const task = newTask({
      task_id: this.#to.ids.id(),
      task_type: request.task_type,
      symbol: symbol ?? null,
      timeframe: timeframe ?? null,
      ...described,
      priority: request.priority,
      created_ms: now,
      idempotency_key: key,
      deadline_ms: now + request.deadline_ms,
    });
    const reply = await this.#ask((ref) => ({ type: 'submit', task, reply: ref }));
    return reply.ok ? { created: true, reply, task_id: task.task_id } : { created: false, reply };
  }

  /** Why a signal-stage task cannot validate what it was given, or null where it can (R3b, R12). */
  #whyNoBasis(request: Submit, analysis: unknown): string | null {
    const basis = analysisBasisSchema.safeParse(analysis);
    if (!basis.success) {
      const [issue] = basis.error.issues;
      return `${issue?.path.join('.') || 'the analysis to validate'}: ${issue?.message}`;
    }
    const { symbol, timeframe, origin } = basis.data;
    if (symbol !== request.symbol || timeframe !== request.timeframe)
      return `it is about ${symbol} ${timeframe}, the task about ${request.symbol} ${request.timeframe}`;
    const here = this.#to.origin;
    return origin === null || origin === here ? null : `it is of origin ${origin}, this engine runs on ${here}`;
  }

  #ask(event: (reply: ReplyRef) => OrchestratorEvent): Promise<Reply> {
    if (this.#closed)
      return Promise.resolve(refusal('shutting_down', 'the engine is stopping: send it again later', true));
    return new Promise((resolve) => {
      const ref = ++this.#lastReply;
      this.#replies.set(ref, resolve);
      this.#step(event(ref));
    });
  }

  #at(): Instant {
    return { now: this.#to.clock.now(), monotonic: this.#to.clock.monotonic() };
  }

  #step(event: OrchestratorEvent): void {
    if (this.#closed) return;
    const effects = this.#core.step(event, this.#at());
    const writes = effects.filter((effect) => effect.type === 'write');
    if (writes.length > 0) void this.#write(writes);
    for (const effect of effects) this.#carryOut(effect);
  }

  async #write(writes: Extract<Effect, { type: 'write' }>[]): Promise<void> {
    if (writes.some(({ fact }) => fact.kind === 'completed')) this.#to.at?.('settled');
    const outcomes = await this.#to.store.commit(writes.map((write) => write.fact));
    this.#step({
      type: 'written',
      outcomes: writes.flatMap(({ ref }, place) => {
        const outcome = outcomes[place];
        return outcome ? [{ ref, outcome }] : [];
      }),
    });
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'write':
        return;
      case 'send':
        return this.#send(effect);
      case 'reply':
        this.#replies.get(effect.to)?.(effect.body);
        this.#replies.delete(effect.to);
        return;
      case 'load': {
        const { message } = effect;
        return this.#step({ ...message, stored: this.#to.store.reader.task(message.body.task_id) });
      }
      case 'disconnect':
        this.#connections.get(effect.connection)?.close();
        this.#connections.delete(effect.connection);
        return;
      case 'log':
        this.#to.onNews?.(effect.news);
        return this.#log(effect);
    }
  }

  #log({ level, news, fields }: Extract<Effect, { type: 'log' }>): void {
    // A disk that is full is full for every result that is sent again each second.
    const held = news === 'result_not_stored' ? this.#seldom.pass(news) : 0;
    if (held === null) return;
    this.#to.log[level]({ event: news, ...fields, ...(held > 0 ? { held } : {}) }, news.replaceAll('_', ' '));
  }

  #send(effect: Extract<Effect, { type: 'send' }>): void {
    const connection = this.#connections.get(effect.connection);
    if (effect.event !== 'task_assign') return connection?.send(effect.event, effect.payload as never);
    const { task_id, lease } = effect.payload;
    connection?.send('task_assign', effect.payload, (answer) => {
      const ack = assignAckSchema.safeParse(answer);
      const { accept, reason } =
        ack.success && ack.data.accept
          ? { accept: true, reason: '' }
          : {
              accept: false,
              reason:
                ack.success && !ack.data.accept
                  ? ack.data.reason
                  : 'the answer was neither {accept: true} nor {accept: false}',
            };
      this.#step({ type: 'assign_ack', task_id, lease, accept, reason });
    });
  }
}

const storedView = ({ row, completion }: StoredTask): TaskView =>
  viewOf(row, row.state, { reason: null, missing: [] }, completion?.offset ?? null);
