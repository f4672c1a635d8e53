import type { AgentHandshake, Reply } from '../contract/messages.ts';
import { newTask } from '../contract/new-task.ts';
import type { SidebarUpdate } from '../contract/sidebar.ts';
import { DEFAULT_LIMITS, type Limits } from '../orchestrator/limits.ts';
import { toSidebarUpdate } from '../signals/sidebar-update.ts';
import { drawFaults, type Faults, NO_FAULTS } from './faults.ts';
import { InvariantError } from './invariant.ts';
import type { Labels } from './labels.ts';
import { Random } from './random.ts';
import { type Character, SimAgent } from './sim-agent.ts';
import { SimClock } from './sim-clock.ts';
import { SimEngine } from './sim-engine.ts';
import { SimSocket } from './sim-net.ts';
import { SimStore } from './sim-store.ts';
import { SimViewer } from './sim-viewer.ts';
import type { AgentMessage } from './wire.ts';
import { Witness } from './witness.ts';

/** What the engine's end of a connection does. */
interface EngineDoor {
  hello(engine: SimEngine, socket: SimSocket): void;
  message(engine: SimEngine, socket: SimSocket, message: unknown): void;
  gone(engine: SimEngine, socket: SimSocket): void;
}

/** Small enough that a run meets its bounds. */
const LIMITS: Limits = { ...DEFAULT_LIMITS, queue: 60 };
const SYMBOLS = ['ADA/BTC', 'ETH/BTC', 'XLM/BTC', '__proto__'];
const LIVENESS_MS = 10 * 60_000;
const DEADLINE_MS = 6 * 60_000;

const ANALYST = { sovereign_access: true, trading_analysis: true };
const VALIDATOR = { sovereign_access: true, trading_signal: true, hidden_hand_validation: true };
export const CHARACTERS: readonly Partial<Character>[] = [
  { capabilities: ANALYST },
  { capabilities: VALIDATOR },
  { capabilities: { ...ANALYST, ...VALIDATOR }, maxConcurrent: 3, disk: true },
  { capabilities: {} },
  { capabilities: { sovereign_access: false, trading_analysis: true, trading_signal: 1 } },
  { capabilities: ANALYST, beats: false },
  { capabilities: ANALYST, clockOffset: 3_600_000 },
  { capabilities: { ...ANALYST, ...VALIDATOR }, clockOffset: -60_000, disk: true },
];

const flushMicrotasks = async (): Promise<void> => {
  for (let n = 0; n < 12; n += 1) await null;
};

/** Everything around one engine: its disk, its network, its agents, its viewers and its clocks. */
export class World {
  readonly clock = new SimClock();
  readonly labels: Labels;
  readonly agents: SimAgent[] = [];
  readonly viewers: SimViewer[] = [];
  readonly store: SimStore;
  readonly witness: Witness;
  /** Task ids in the order in which they were accepted. */
  readonly tasks: string[] = [];
  engine: SimEngine | null = null;
  #faults: Readonly<Faults>;
  #random: Random;
  #sockets = 0;
  #submitted = 0;
  #twins = 0;
  #leases: { task_id: string; lease: number }[] = [];
  #trace = 0;
  /** Whether a promise may have been kept: the bridge alone waits for any, and for the disk alone. */
  #restless = true;

  constructor(seed: number, labels: Labels) {
    this.#random = new Random(seed);
    this.#faults = drawFaults(this.#random);
    this.labels = labels;
    const { clock, random, faults } = this;
    this.store = new SimStore({
      clock,
      random,
      faults,
      onCommitted: () => {
        this.#restless = true;
        this.engine?.appended();
      },
    });
    this.witness = new Witness(this.store, LIMITS, labels);
    this.start();
  }

  /** The dice of the command at hand. */
  readonly random = (): Random => this.#random;
  readonly faults = (): Readonly<Faults> => this.#faults;

  /** From here on other dice, so that one scene less changes nothing in the next. */
  newDice(seed: number): void {
    this.#random = new Random(seed, 1);
  }

  /** A number for everything that has happened so far, in its order. */
  get traceHash(): number {
    return this.#trace;
  }

  start(): void {
    this.witness.opened(this.store.open());
    this.witness.started({ now: this.clock.now(), monotonic: this.clock.monotonic() });
    this.#restless = true;
    this.engine = new SimEngine({
      clock: this.clock,
      wake: () => {
        this.#restless = true;
      },
      store: this.store,
      witness: this.witness,
      limits: LIMITS,
    });
  }

  crash(downMs: number): void {
    if (!this.engine) return;
    this.engine.crash();
    this.engine = null;
    if (this.store.crash()) this.labels.reached('crash between disk and ack');
    this.labels.reached('crash in the middle of a commit');
    this.clock.after(downMs, () => {
      if (!this.engine) this.start();
    });
  }

  addAgent(character: Partial<Character>): void {
    const id = `agent-${this.agents.length}`;
    this.agents.push(this.#agent(id, `${id}-1`, character));
  }

  /** Another process under a name that is taken. */
  addTwin(of: SimAgent): void {
    this.agents.push(this.#agent(of.id, `${of.id}-twin-${++this.#twins}`, of.character));
  }

  addViewer(): void {
    this.viewers.push(new SimViewer(this));
  }

  submit(task_type: string, symbol: string, priority: number): void {
    const task_id = `t${++this.#submitted}`;
    const trading = task_type.startsWith('trading_');
    const task = newTask({
      task_id,
      task_type,
      symbol: trading ? symbol : null,
      timeframe: trading ? '5m' : null,
      payload: { symbol, timeframe: '5m', bars: [], market_context: null, context_tier: null },
      engine_reading: null,
      last_bar_close_ms: null,
      priority,
      created_ms: this.clock.now(),
      deadline_ms: this.clock.now() + DEADLINE_MS,
    });
    this.engine?.ask(
      (reply) => ({ type: 'submit', task, reply }),
      (answer) => this.#submittedAnswer(task_id, answer),
    );
  }

  cancel(task_id: string): void {
    const working = this.engine?.core
      .inspect()
      .some((task) => task.row.task_id === task_id && task.state.is === 'working');
    this.engine?.ask(
      (reply) => ({ type: 'cancel', task_id, reason: 'not wanted', reply }),
      (answer) => answer.ok && working && this.labels.reached('cancelled at work'),
    );
  }

  retry(task_id: string): void {
    const stored = this.store.task(task_id);
    if (!stored) return;
    this.engine?.ask(
      (reply) => ({ type: 'retry', stored, deadline_ms: DEADLINE_MS, reply }),
      (answer) => answer.ok && this.labels.reached('dead task retried'),
    );
  }

  pause(on: boolean): void {
    this.engine?.ask((reply) => ({ type: 'pause', on, reply }));
    if (on) this.labels.reached('paused');
  }

  drain(agent_id: string, on: boolean): void {
    this.engine?.ask((reply) => ({ type: 'drain', agent_id, on, reply }));
    if (on) this.labels.reached('draining');
  }

  sleep(ms: number, monotonicRuns: boolean): void {
    this.clock.sleep(ms, monotonicRuns);
    // Where the monotonic clock stood still nobody could have been called silent for it.
    if (monotonicRuns) this.witness.unseen(this.clock.monotonic());
  }

  /** Lets time pass; everything that falls due happens, in order. */
  async advance(ms: number): Promise<void> {
    const until = this.clock.monotonic() + ms;
    for (let run = this.clock.next(until); run; run = this.clock.next(until)) {
      run();
      if (this.#restless) await flushMicrotasks();
      this.#restless = false;
      this.witness.assertHeld();
      this.#trace = (Math.imul(this.#trace, 31) + Math.floor(this.clock.monotonic())) | 0;
    }
    this.clock.turnTo(until);
  }

  check(): void {
    if (!this.engine) return;
    this.witness.check(this.engine.core);
    const waiting = this.engine.core.status({ now: this.clock.now(), monotonic: this.clock.monotonic() }).waiting;
    if (waiting.some(({ reason }) => reason === 'sovereign_open')) this.labels.reached('waiting for a model');
  }

  /** Faults stop and everybody works: whatever is still open must come to an end, and every screen to the same. */
  async settle(): Promise<void> {
    this.#faults = NO_FAULTS;
    if (!this.engine) this.start();
    this.pause(false);
    for (const { id } of this.agents) this.drain(id, false);
    for (const capabilities of [ANALYST, VALIDATOR])
      this.agents.push(this.#agent(`rescue-${this.agents.length}`, 'rescue', { capabilities, maxConcurrent: 20 }));
    await this.advance(LIVENESS_MS);
    this.check();
    const at = { now: this.clock.now(), monotonic: this.clock.monotonic() };
    const open = this.engine?.core.inspect().map(({ row }) => this.engine?.core.view(row.task_id, at)) ?? [];
    const stuck = open.find(
      (view) =>
        view && view.state !== 'dead' && view.state !== 'cancelled' && !(view.state === 'queued' && view.reason),
    );
    if (stuck)
      throw new InvariantError(
        'liveness',
        `${stuck.task_id} is ${stuck.state} for ever (${stuck.reason}, ${stuck.agent})`,
      );
    this.#endedWithReason();
    this.#sameScreens();
  }

  dial(agent: SimAgent): SimSocket | null {
    const { handshake } = agent;
    return this.#dial('a', agent, {
      hello: (engine, socket) => this.#hello(engine, socket, agent, handshake),
      message: (engine, socket, message) => this.#fromAgent(engine, socket, message as AgentMessage),
      gone: (engine, socket) => engine.agentGone(socket),
    });
  }

  dialViewer(viewer: SimViewer): SimSocket | null {
    const { cursor } = viewer;
    return this.#dial('v', viewer, {
      hello: (engine, socket) => engine.connectViewer(socket, cursor),
      message: (engine, socket, message) => engine.fromViewer(socket, message as number),
      gone: (engine, socket) => engine.viewerGone(socket),
    });
  }

  anyLease(): { task_id: string; lease: number } | null {
    return this.#leases.length > 0 ? this.#random.pick(this.#leases) : null;
  }

  symbol(): string {
    return this.#random.pick(SYMBOLS);
  }

  /** A connection to the engine of this moment; should that be gone when the first word arrives, it is cut. */
  #dial(kind: string, client: { receive(message: never): void; closed(): void }, door: EngineDoor): SimSocket | null {
    const { engine } = this;
    if (!engine) return null;
    let introduced = false;
    const receive = (message: unknown): void => {
      if (introduced) return door.message(engine, socket, message);
      introduced = true;
      if (this.engine === engine) door.hello(engine, socket);
      else socket.cut();
    };
    const socket: SimSocket = new SimSocket(
      `${kind}${++this.#sockets}`,
      {
        engine: { receive, closed: () => door.gone(engine, socket) },
        client: { receive: (message) => client.receive(message as never), closed: () => client.closed() },
      },
      this,
    );
    socket.send('client', 'hello');
    return socket;
  }

  #hello(engine: SimEngine, socket: SimSocket, agent: SimAgent, handshake: AgentHandshake): void {
    if (!engine.refuses(handshake)) return engine.connectAgent(socket, handshake);
    this.labels.reached('agent turned away as a duplicate');
    socket.kill('client');
    agent.refused();
  }

  #fromAgent(engine: SimEngine, socket: SimSocket, message: AgentMessage): void {
    if (message.kind === 'event' && message.event === 'task_complete') this.#leases.push(message.body);
    engine.fromAgent(socket, message);
  }

  #agent(id: string, instance: string, character: Partial<Character>): SimAgent {
    return new SimAgent(
      id,
      instance,
      { capabilities: {}, maxConcurrent: 1, beats: true, disk: false, clockOffset: 0, ...character },
      this,
    );
  }

  #submittedAnswer(task_id: string, answer: Reply): void {
    if (answer.ok) {
      this.tasks.push(task_id);
      this.witness.accepted(task_id);
    } else if (answer.code === 'queue_full') this.labels.reached('queue full');
  }

  #endedWithReason(): void {
    for (const row of this.store.committed.tasks.values()) {
      if (row.state === 'dead' && (!row.reason || row.failures.length === 0))
        throw new InvariantError('a dead task has its reasons', row.task_id);
      if (row.state === 'cancelled' && !row.reason)
        throw new InvariantError('a cancelled task has its reason', row.task_id);
    }
  }

  #sameScreens(): void {
    const { committed } = this.store;
    const reference = new Map(
      committed.newestPerSymbol(committed.results.length).map((record) => [record.symbol, toSidebarUpdate(record)]),
    );
    const textOf = (rows: ReadonlyMap<string, SidebarUpdate>): string =>
      [...rows.values()]
        .map(({ symbol, offset }) => `${symbol} ${offset}`)
        .sort()
        .join(', ');
    const expected = textOf(reference);
    for (const [place, viewer] of this.viewers.entries())
      if (textOf(viewer.shown) !== expected)
        throw new InvariantError(
          'every screen ends as the store has it',
          `viewer ${place} shows ${textOf(viewer.shown)}, stored is ${expected}`,
        );
    const shown = textOf(new Map((this.engine?.display() ?? []).map((row) => [row.symbol, row])));
    if (shown !== expected)
      throw new InvariantError('the engine shows what the store has', `${shown}, stored is ${expected}`);
  }
}
