import type { TaskRow } from '../../contract/facts.ts';
import type { EngineToAgent, Reply, TaskAssign } from '../../contract/messages.ts';
import { newTask } from '../../contract/new-task.ts';
import type { FailureSource } from '../../contract/task.ts';
import { toIso } from '../../signals/instant.ts';
import type { Effect, OrchestratorEvent, OrchestratorNews } from '../events.ts';
import type { Limits } from '../limits.ts';
import { Orchestrator } from '../orchestrator.ts';
import { MemoryStore } from './memory-store.ts';

export const ANALYST = { sovereign_access: true, trading_analysis: true };
export const VALIDATOR = { sovereign_access: true, trading_signal: true, hidden_hand_validation: true };

type Sent = { [E in keyof EngineToAgent]: { event: E; payload: EngineToAgent[E] } }[keyof EngineToAgent];
type Held = { task_id: string; lease: number };

/** A result that the engine takes as it is. */
export const aResult = (given: Record<string, unknown> = {}) => ({
  symbol: 'ADA/BTC',
  timeframe: '5m',
  signal: 'BUY',
  confidence: 0.8,
  risk_score: 0.3,
  reasoning: 'because',
  ...given,
});

interface DeskOptions {
  limits?: Partial<Limits>;
  store?: MemoryStore;
}

/** The real orchestrator with clocks turned by hand and a store that commits at once, or when told. */
export class Desk {
  readonly store: MemoryStore;
  readonly sent: (Sent & { to: string })[] = [];
  readonly news: OrchestratorNews[] = [];
  readonly disconnected: string[] = [];
  wall = Date.UTC(2026, 0, 5, 14, 0, 0);
  monotonic = 1_000;
  /** Writes wait here while `holding`; `refusing` says why the next ones fail. */
  holding = false;
  refusing: string | null = null;
  #core: Orchestrator;
  readonly #limits: Partial<Limits>;
  readonly #held: Extract<Effect, { type: 'write' }>[] = [];
  readonly #replies = new Map<number, Reply>();
  #lastReply = 0;
  #lastTask = 0;
  #lastConnection = 0;

  constructor({ limits = {}, store = new MemoryStore() }: DeskOptions = {}) {
    this.store = store;
    this.#limits = limits;
    this.#core = this.#start();
  }

  #start(): Orchestrator {
    return new Orchestrator({
      origin: 'live',
      storeEpoch: 'epoch-1',
      limits: this.#limits,
      restored: this.store.restored(),
      at: this.#at(),
    });
  }

  /** The process ends without a word and another takes up its store. */
  restart(): void {
    this.#held.splice(0);
    this.#core = this.#start();
    this.step({ type: 'tick' });
  }

  step(event: OrchestratorEvent): void {
    const effects = this.#core.step(event, this.#at());
    for (const effect of effects) this.#carryOut(effect);
  }

  /** Lets both clocks run, looking at what falls due every half second. */
  advance(ms: number): void {
    const end = this.monotonic + ms;
    while (this.monotonic < end) {
      const by = Math.min(500, end - this.monotonic);
      this.monotonic += by;
      this.wall += by;
      this.step({ type: 'tick' });
    }
  }

  /** Commits what was held back, oldest first. */
  flush(count = this.#held.length): void {
    for (const write of this.#held.splice(0, count)) this.#write(write);
  }

  /** What was held back reaches the disk, and the engine never hears of it. */
  commitUnheard(): void {
    for (const { fact } of this.#held.splice(0)) this.store.commit(fact);
  }

  ask(event: (reply: number) => OrchestratorEvent): () => Reply | undefined {
    const ref = ++this.#lastReply;
    this.step(event(ref));
    return () => this.#replies.get(ref);
  }

  submit(given: Partial<TaskRow> = {}): string {
    const task_id = given.task_id ?? `t${++this.#lastTask}`;
    const symbol = given.symbol ?? 'ADA/BTC';
    const task = newTask({
      task_id,
      task_type: 'trading_analysis',
      symbol,
      timeframe: '5m',
      payload: { symbol, timeframe: '5m', bars: [], market_context: null, context_tier: null },
      engine_reading: null,
      last_bar_close_ms: null,
      created_ms: this.wall,
      deadline_ms: this.wall + 15 * 60_000,
      ...given,
    });
    this.ask((reply) => ({ type: 'submit', task, reply }));
    return task_id;
  }

  agent(agent_id: string, capabilities: Record<string, unknown> = ANALYST, given: Partial<AgentSetup> = {}): DeskAgent {
    return new DeskAgent(this, `c${++this.#lastConnection}`, { agent_id, capabilities, ...given });
  }

  state(taskId: string): string {
    return this.#core.view(taskId, this.#at())?.state ?? this.store.task(taskId)?.row.state ?? 'unknown';
  }

  view(taskId: string) {
    return this.#core.view(taskId, this.#at());
  }

  refuses(agent_id: string, instance: string) {
    return this.#core.refuses({ agent_id, instance }, this.#at());
  }

  status() {
    return this.#core.status(this.#at());
  }

  #at() {
    return { now: this.wall, monotonic: this.monotonic };
  }

  #carryOut(effect: Effect): void {
    if (effect.type === 'write') {
      if (this.holding) this.#held.push(effect);
      else this.#write(effect);
    } else if (effect.type === 'send')
      this.sent.push({ to: effect.connection, event: effect.event, payload: effect.payload } as Sent & { to: string });
    else if (effect.type === 'reply') this.#replies.set(effect.to, effect.body);
    else if (effect.type === 'load')
      this.step({ ...effect.message, stored: this.store.task(effect.message.body.task_id) });
    else if (effect.type === 'disconnect') this.disconnected.push(effect.connection);
    else this.news.push(effect.news);
  }

  #write({ ref, fact }: Extract<Effect, { type: 'write' }>): void {
    const outcome = this.refusing === null ? this.store.commit(fact) : { ok: false as const, message: this.refusing };
    this.step({ type: 'written', outcomes: [{ ref, outcome }] });
  }
}

interface AgentSetup {
  agent_id: string;
  instance: string;
  capabilities: Record<string, unknown>;
  max_concurrent: number;
  running: Held[];
  now: string;
}

/** One agent's socket: it answers only when the test says so. */
export class DeskAgent {
  readonly connection: string;
  readonly #desk: Desk;
  readonly #setup: AgentSetup;

  constructor(
    desk: Desk,
    connection: string,
    setup: Pick<AgentSetup, 'agent_id' | 'capabilities'> & Partial<AgentSetup>,
  ) {
    this.#desk = desk;
    this.connection = connection;
    this.#setup = { instance: `${setup.agent_id}-1`, max_concurrent: 1, running: [], now: toIso(desk.wall), ...setup };
    desk.step({
      type: 'connect',
      connection,
      handshake: { token: 'token', protocol: 1, agent_type: 'trading', ...this.#setup },
    });
  }

  get id(): string {
    return this.#setup.agent_id;
  }

  /** What was sent to this socket under a name, oldest first. */
  got<E extends keyof EngineToAgent>(event: E): EngineToAgent[E][] {
    const own = this.#desk.sent.filter((one) => one.to === this.connection && one.event === event);
    return own.map(({ payload }) => payload as EngineToAgent[E]);
  }

  /** The newest task that this socket was offered. */
  get offer(): TaskAssign | undefined {
    return this.got('task_assign').at(-1);
  }

  accept(offer: Held = this.#offered()): Held {
    this.#desk.step({ type: 'assign_ack', ...named(offer), accept: true, reason: '' });
    return named(offer);
  }

  decline(offer: Held = this.#offered()): void {
    this.#desk.step({ type: 'assign_ack', ...named(offer), accept: false, reason: 'busy' });
  }

  enter(held: Held) {
    return this.#say('processing_enter', named(held));
  }

  leave(held: Held) {
    return this.#say('processing_leave', named(held));
  }

  complete(held: Held, result: unknown = aResult()) {
    return this.#say('task_complete', { ...named(held), result });
  }

  fail(held: Held, failure_source: FailureSource, failure_reason = 'it failed') {
    return this.#say('task_failed', { ...named(held), failure_source, failure_reason });
  }

  beat(running: Held[] = [], now: unknown = toIso(this.#desk.wall), sovereign: unknown = null) {
    return this.#say('heartbeat', { now, running, sovereign });
  }

  disconnect(): void {
    this.#desk.step({ type: 'disconnect', connection: this.connection });
  }

  /** A new socket of the same process, or of another one. */
  again(given: Partial<AgentSetup> = {}): DeskAgent {
    return this.#desk.agent(this.id, this.#setup.capabilities, {
      ...this.#setup,
      now: toIso(this.#desk.wall),
      ...given,
    });
  }

  #offered(): Held {
    const { offer } = this;
    if (!offer) throw new Error(`${this.id} was offered nothing`);
    return offer;
  }

  #say(event: string, body: unknown): () => Reply | undefined {
    return this.#desk.ask(
      (reply) => ({ type: 'agent', connection: this.connection, event, body, reply }) as OrchestratorEvent,
    );
  }
}

const named = ({ task_id, lease }: Held): Held => ({ task_id, lease });
