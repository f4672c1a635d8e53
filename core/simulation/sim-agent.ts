import type { AgentEvents, AgentHandshake, EngineToAgent, Reply, TaskAssign } from '../contract/messages.ts';
import { toIso } from '../signals/instant.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { SimClock } from './sim-clock.ts';
import type { SimSocket } from './sim-net.ts';
import type { AgentMessage, EngineMessage } from './wire.ts';

export interface Character {
  capabilities: Record<string, unknown>;
  maxConcurrent: number;
  /** Sends heartbeats. */
  beats: boolean;
  /** Its outbox survives its own end. */
  disk: boolean;
  /** Its clock minus the true one, ms. */
  clockOffset: number;
}

interface AgentWorld {
  clock: SimClock;
  random(): Random;
  faults(): Readonly<Faults>;
  /** A connection on its way to the engine; null while there is nobody. */
  dial(agent: SimAgent): SimSocket | null;
  /** Any lease that was ever sent to anybody, for those who lie. */
  anyLease(): { task_id: string; lease: number } | null;
}

type Held = { task_id: string; lease: number };
type Outgoing = { [E in 'task_complete' | 'task_failed']: { event: E; body: AgentEvents[E] } }[
  | 'task_complete'
  | 'task_failed'];

const RECONNECT_MS = [300, 4_000] as const;
const KEPT_OUT_MS = 61_000;
const BEAT_MS = 10_000;
const RESEND_MS = 1_000;
const MODEL_MS = [200, 15_000] as const;
const SLOW_MODEL_MS = [60_000, 400_000] as const;
const REPLY_MS = 15_000;

/** A scripted agent: it works as the protocol asks, except where the faults of its world say otherwise. */
export class SimAgent {
  readonly id: string;
  readonly character: Character;
  readonly #world: AgentWorld;
  readonly #running = new Map<string, number>();
  readonly #outbox = new Map<string, Outgoing>();
  readonly #replies = new Map<number, (reply: Reply | null) => void>();
  #instance: string;
  #socket: SimSocket | null = null;
  #stopBeats: () => void = () => {};
  #lastId = 0;
  /** Rises when the process ends, so that what was under way in it ends too. */
  #life = 0;
  #circuit: 'closed' | 'open' | 'half_open' = 'closed';

  constructor(id: string, instance: string, character: Character, world: AgentWorld) {
    this.id = id;
    this.#instance = instance;
    this.character = character;
    this.#world = world;
    this.#dialLater(0);
  }

  get isConnected(): boolean {
    return this.#socket?.isOpen('client') ?? false;
  }

  get handshake(): AgentHandshake {
    const { capabilities, maxConcurrent } = this.character;
    return {
      token: '',
      protocol: 1,
      agent_id: this.id,
      agent_type: 'trading',
      instance: this.#instance,
      capabilities,
      max_concurrent: maxConcurrent,
      now: this.#now(),
      running: this.#held(),
    };
  }

  /** The way to the engine breaks. */
  cut(): void {
    this.#socket?.cut();
  }

  /** The process ends without a word and comes up again as a new one after a while. */
  kill(downMs: number): void {
    this.#life += 1;
    this.#socket?.kill('client');
    this.#socket = null;
    this.#stopBeats();
    this.#replies.clear();
    this.#running.clear();
    if (!this.character.disk) this.#outbox.clear();
    this.#instance += "'";
    this.#dialLater(downMs);
  }

  receive(message: EngineMessage): void {
    if (message.kind === 'reply') {
      const answered = this.#replies.get(message.id);
      this.#replies.delete(message.id);
      answered?.(message.body);
    } else if (message.event === 'task_assign') this.#assigned(message.payload);
    else if (message.event === 'registered') this.#registered(message.payload);
    else if (message.event === 'task_cancel') this.#drop([message.payload.task_id]);
    else this.#superseded();
  }

  /** Turned away at the door: another instance has taken over. */
  refused(): void {
    this.#socket = null;
    this.#dialLater(KEPT_OUT_MS);
  }

  closed(): void {
    this.#socket = null;
    this.#stopBeats();
    for (const answered of [...this.#replies.values()]) answered(null);
    this.#replies.clear();
    this.#dialLater(this.#world.random().between(...RECONNECT_MS));
  }

  #dialLater(ms: number): void {
    const life = this.#life;
    this.#world.clock.after(ms, () => {
      if (life !== this.#life || this.#socket) return;
      this.#socket = this.#world.dial(this);
      if (!this.#socket) this.#dialLater(this.#world.random().between(...RECONNECT_MS));
    });
  }

  #registered({ drop, heartbeat_ms }: EngineToAgent['registered']): void {
    this.#drop(drop.filter((task_id) => !this.#isOutgoing(task_id)));
    this.#stopBeats();
    if (this.character.beats)
      this.#stopBeats = this.#world.clock.every(Math.min(heartbeat_ms, BEAT_MS), () => this.#beat());
    for (const key of [...this.#outbox.keys()]) this.#deliver(key);
  }

  #superseded(): void {
    this.#running.clear();
  }

  #beat(): void {
    const { clock, random, faults } = this.#world;
    if (random().chance(faults().modelTimeouts))
      this.#circuit = random().pick(['open', 'half_open', 'closed'] as const);
    else if (this.#circuit !== 'closed' && random().chance(0.5)) this.#circuit = 'closed';
    const body = {
      now: toIso(clock.wall() + this.character.clockOffset),
      running: this.#held(),
      sovereign: { circuit: this.#circuit },
    };
    this.#request('heartbeat', body, (reply) => {
      if (reply?.ok) this.#drop((reply.drop as string[]).filter((task_id) => !this.#isOutgoing(task_id)));
    });
  }

  #assigned(task: TaskAssign): void {
    const { random, faults } = this.#world;
    const { task_id, lease } = task;
    const dice = random();
    if (this.#running.get(task_id) === lease) return this.#ack(task, true);
    if (this.#running.size >= this.character.maxConcurrent || dice.chance(faults().declines))
      return this.#ack(task, false);
    const mute = dice.chance(faults().mutes);
    if (!mute) this.#ack(task, true);
    if (dice.chance(faults().hangs) || (mute && dice.chance(0.5))) return;
    this.#running.set(task_id, lease);
    this.#request('processing_enter', { task_id, lease }, (reply) => {
      if (reply && !reply.ok && reply.code === 'stale_lease') this.#drop([task_id]);
    });
    const life = this.#life;
    const takes = dice.chance(faults().slowModel) ? dice.between(...SLOW_MODEL_MS) : dice.between(...MODEL_MS);
    this.#world.clock.after(takes, () => {
      if (life === this.#life && this.#running.get(task_id) === lease) this.#finish(task);
    });
  }

  #finish(task: TaskAssign): void {
    const { task_id, lease } = task;
    const { random, faults } = this.#world;
    const dice = random();
    this.#running.delete(task_id);
    this.#request('processing_leave', { task_id, lease });
    if (dice.chance(faults().modelTimeouts)) return this.#fail(task, 'sovereign_timeout');
    if (dice.chance(faults().modelErrors))
      return this.#fail(task, dice.pick(['network_error', 'agent_crash'] as const));
    this.#put({ event: 'task_complete', body: { task_id, lease, result: this.#result(task) } });
    if (dice.chance(faults().lies)) this.#lie(task);
  }

  #fail({ task_id, lease }: TaskAssign, failure_source: 'sovereign_timeout' | 'network_error' | 'agent_crash'): void {
    this.#put({ event: 'task_failed', body: { task_id, lease, failure_source, failure_reason: 'the model failed' } });
  }

  #result({ payload }: TaskAssign): unknown {
    const { random, faults, clock } = this.#world;
    const dice = random();
    const analysis = payload.analysis as Record<string, unknown> | undefined;
    if (dice.chance(faults().invalidResults))
      return dice.pick([null, 'HOLD', { ...payload, confidence: 80 }, { signal: 'BUY', confidence: Number.NaN }]);
    const contradicts = dice.chance(faults().contradicts);
    return {
      symbol: payload.symbol,
      timeframe: payload.timeframe,
      signal: analysis?.signal ?? (contradicts ? 'BUY' : dice.pick(['BUY', 'SELL', 'HOLD'])),
      confidence: analysis?.original_confidence ?? dice.between(0, 100) / 100,
      risk_score: dice.share(),
      reasoning: 'so the dice fell',
      analyzed_at: toIso(clock.wall() + this.character.clockOffset - dice.between(0, 20_000)),
      fallback_used: dice.chance(faults().degraded),
      ...(contradicts ? { wyckoff_phase: 'distribution', volume_trend: dice.pick(['declining', 'flat']) } : {}),
    };
  }

  /** What no agent should say: twice, under a lease of its own making, or for somebody else's task. */
  #lie({ task_id, lease, payload }: TaskAssign): void {
    const dice = this.#world.random();
    const foreign = this.#world.anyLease() ?? { task_id, lease };
    const about = dice.pick<Held>([{ task_id, lease }, { task_id, lease: lease + dice.between(1, 5) }, foreign]);
    const result = {
      symbol: payload.symbol,
      timeframe: payload.timeframe,
      signal: 'SELL',
      confidence: 1,
      risk_score: 0,
      reasoning: 'a lie',
    };
    if (dice.chance(0.5)) this.#request('task_complete', { ...about, result });
    else this.#request('task_failed', { ...about, failure_source: 'agent_crash', failure_reason: 'a lie' });
  }

  #put(outgoing: Outgoing): void {
    const key = `${outgoing.body.task_id} ${outgoing.body.lease}`;
    this.#outbox.set(key, outgoing);
    this.#deliver(key);
  }

  #deliver(key: string): void {
    const outgoing = this.#outbox.get(key);
    if (!outgoing || !this.isConnected) return;
    this.#request(outgoing.event, outgoing.body as never, (reply) => {
      // Cut off in the middle: it is sent again when the connection is back.
      if (!reply) return;
      if (reply.ok || !reply.retry) this.#outbox.delete(key);
      else this.#world.clock.after(RESEND_MS, () => this.#deliver(key));
    });
  }

  #request<E extends keyof AgentEvents>(
    event: E,
    body: AgentEvents[E],
    answered: (reply: Reply | null) => void = () => {},
  ): void {
    const id = ++this.#lastId;
    this.#replies.set(id, answered);
    this.#world.clock.after(REPLY_MS, () => {
      if (this.#replies.delete(id)) answered(null);
    });
    this.#socket?.send('client', { kind: 'event', id, event, body } as AgentMessage);
  }

  #ack({ task_id, lease }: TaskAssign, accept: boolean): void {
    this.#socket?.send('client', {
      kind: 'assign_ack',
      body: { task_id, lease, accept, reason: accept ? '' : 'busy' },
    } satisfies AgentMessage);
  }

  #drop(taskIds: readonly string[]): void {
    for (const task_id of taskIds) this.#running.delete(task_id);
  }

  #isOutgoing(taskId: string): boolean {
    return [...this.#outbox.values()].some(({ body }) => body.task_id === taskId);
  }

  #held(): Held[] {
    const running = [...this.#running].map(([task_id, lease]) => ({ task_id, lease }));
    return [...running, ...[...this.#outbox.values()].map(({ body: { task_id, lease } }) => ({ task_id, lease }))];
  }

  #now(): string {
    return toIso(this.#world.clock.wall() + this.character.clockOffset);
  }
}
