import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Namespace, Server, type Socket } from 'socket.io';
import {
  type AgentEvents,
  type AgentHandshake,
  agentEventSchemas,
  agentHandshakeSchema,
  type EngineToAgent,
  type Refusal,
  type Reply,
  refusal,
  type TaskAssign,
} from '../../contract/messages.ts';
import type { TradingTaskType } from '../../contract/task.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Ids } from '../../kit/ids.ts';
import { toIso } from '../../signals/instant.ts';
import { whyNotAdmitted } from './admission.ts';
import { conformApi } from './api.ts';
import { type Answer, aTask, type Given, settled } from './given.ts';
import { Wire } from './wire.ts';

/** Short, so that a run is: the engine's own beat is 10 s, its pings 25 s and 20 s. */
export const HEARTBEAT_MS = 500;
const PING_INTERVAL_MS = 1_500;
const PING_TIMEOUT_MS = 3_500;
/** After so long without a ping a socket.io client knows that nobody is there. */
export const SILENCE_MS = PING_INTERVAL_MS + PING_TIMEOUT_MS;
const MESSAGE_MAX = 256 * 1024;
const AUTH_MS = 5_000;

interface Beat {
  at: number;
  running: readonly { task_id: string; lease: number }[];
}

/** One connection of the agent. */
export interface Session {
  readonly at: number;
  readonly handshake: AgentHandshake;
  readonly socket: Socket;
  readonly beats: Beat[];
  open: boolean;
}

interface GiveOptions {
  answer?: Answer;
  /** In place of a fresh one: the same under another lease, or with more fields. */
  task?: (task: TaskAssign) => TaskAssign;
  /** How often `task_assign` is sent. */
  times?: number;
}

type Body<E extends keyof AgentEvents> = AgentEvents[E];

/** An engine that does what a scenario says, and writes down all that its agent does. */
export class ScriptedEngine {
  readonly agentToken: string;
  readonly operatorToken: string;
  /** Everybody who wanted in: how that was refused, or null where it was granted. */
  readonly attempts: (Refusal | null)[] = [];
  readonly sessions: Session[] = [];
  /** What came in and fits no schema, in words. */
  readonly complaints = new Set<string>();
  /** While garbage goes out, what comes back is nobody's fault. */
  lenient = false;
  readonly #clock: Clock;
  readonly #http: HttpServer;
  readonly #agents: Namespace;
  readonly #given: Given[] = [];
  readonly #supersededInstances = new Set<string>();
  readonly #storeEpoch: string;
  #agentId: string | null = null;
  #wire: Wire | null = null;
  #lease = 0;
  #offset = 0;

  constructor(clock: Clock, ids: Ids) {
    this.#clock = clock;
    this.agentToken = ids.token();
    this.operatorToken = ids.token();
    this.#storeEpoch = ids.id();
    this.#http = createServer(conformApi(this.operatorToken, clock, ids));
    const io = new Server(this.#http, {
      serveClient: false,
      maxHttpBufferSize: MESSAGE_MAX,
      connectTimeout: AUTH_MS,
      perMessageDeflate: false,
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
    });
    this.#agents = io.of('/agents');
    this.#agents.use((socket, next) => {
      const refused = this.#refuses(socket);
      next(refused ? Object.assign(new Error(`${refused.code}: ${refused.message}`), { data: refused }) : undefined);
    });
    this.#agents.on('connection', (socket) => this.#connected(socket));
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    this.#wire = new Wire((this.#http.address() as AddressInfo).port);
    await this.#wire.open();
  }

  get wire(): Wire {
    if (!this.#wire) throw new Error('the scripted engine is not open');
    return this.#wire;
  }

  /** The agent's newest connection that is open. */
  get session(): Session | null {
    return this.sessions.findLast(({ open }) => open) ?? null;
  }

  /** Another process is about to stand for the agent. */
  expectAnother(): void {
    this.#agentId = null;
    this.#supersededInstances.clear();
    for (const given of this.#given) given.held = false;
  }

  give(
    type: TradingTaskType,
    { answer = (_nth, given) => this.take(given), task, times = 1 }: GiveOptions = {},
  ): Given {
    this.#lease += 1;
    const fresh = aTask(type, this.#lease, this.#clock.now());
    const given: Given = {
      task: task?.(fresh) ?? fresh,
      answer,
      acks: [],
      completions: [],
      failures: [],
      marks: [],
      held: true,
      stored: false,
    };
    this.#given.push(given);
    for (let time = 0; time < times; time += 1) this.say('task_assign', given.task, (ack) => void given.acks.push(ack));
    return given;
  }

  cancel(given: Given): void {
    given.held = false;
    const { task_id, lease } = given.task;
    this.say('task_cancel', { task_id, lease, reason: 'cancelled by conform' } satisfies EngineToAgent['task_cancel']);
  }

  /** Sends whatever it is told, right or wrong. */
  say(event: string, payload: unknown, ack?: (answer: unknown) => void): void {
    if (ack) this.session?.socket.emit(event, payload, ack);
    else this.session?.socket.emit(event, payload);
  }

  /** What the engine answers to the newest completion of a task once it is on disk. */
  take(given: Given): Reply {
    if (given.stored) return { ok: true, status: 'duplicate', offset: this.#offset };
    if (!given.held) return { ok: true, status: 'duplicate', offset: null };
    const outcome = settled(given, given.completions.at(-1)?.result, this.#agentId ?? '', this.#clock.now());
    given.held = false;
    if (!outcome.ok) return refusal('invalid_result', outcome.message);
    given.stored = true;
    this.#offset += 1;
    return { ok: true, status: 'stored', offset: this.#offset };
  }

  /** As the engine does when it stops: every socket is told to go. */
  goodbye(): void {
    this.session?.socket.disconnect(true);
  }

  supersede(): void {
    const session = this.session;
    if (!session) return;
    this.#supersededInstances.add(session.handshake.instance);
    this.say('superseded', { by_instance: 'conform' } satisfies EngineToAgent['superseded']);
    session.socket.disconnect(true);
  }

  close(): void {
    this.#wire?.close();
    this.#agents.server.close();
    this.#http.closeAllConnections();
  }

  #refuses(socket: Socket): Refusal | null {
    const refused = whyNotAdmitted(socket, this.agentToken, this.#supersededInstances);
    this.attempts.push(refused);
    return refused;
  }

  #connected(socket: Socket): void {
    const handshake = agentHandshakeSchema.parse(socket.handshake.auth);
    this.#agentId ??= handshake.agent_id;
    const session: Session = { at: this.#clock.monotonic(), handshake, socket, beats: [], open: true };
    // A process may bring several agents; the first of them is the one under test.
    if (handshake.agent_id === this.#agentId) {
      const before = this.session;
      this.sessions.push(session);
      before?.socket.disconnect(true);
    }
    socket.on('disconnect', () => {
      session.open = false;
    });
    const keep = handshake.running.filter((one) => this.#holds(one.task_id, one.lease)).map(({ task_id }) => task_id);
    const named = handshake.running.map(({ task_id }) => task_id);
    socket.emit('registered', {
      connection_epoch: this.sessions.length,
      heartbeat_ms: HEARTBEAT_MS,
      store_epoch: this.#storeEpoch,
      keep,
      drop: named.filter((task_id) => !keep.includes(task_id)),
    } satisfies EngineToAgent['registered']);
    socket.onAny((event: string, body: unknown, ack: unknown) => void this.#hear(session, event, body, ack));
  }

  async #hear(session: Session, event: string, body: unknown, ack: unknown): Promise<void> {
    const reply = await this.#answer(session, event, body);
    if (reply && typeof ack === 'function') ack(reply);
  }

  #answer(session: Session, event: string, body: unknown): Reply | null | Promise<Reply | null> {
    if (!Object.hasOwn(agentEventSchemas, event)) {
      this.#complain(`an agent sends no ${event.slice(0, 60)}`);
      return refusal('invalid_message', `there is no event ${event.slice(0, 60)}`);
    }
    const name = event as keyof AgentEvents;
    const parsed = agentEventSchemas[name].safeParse(body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const why = `${[name, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`;
      this.#complain(why);
      return refusal('invalid_message', why);
    }
    if (name === 'heartbeat') return this.#beat(session, parsed.data as Body<'heartbeat'>);
    return this.#about(name, parsed.data as Body<'task_complete'>);
  }

  #beat(session: Session, { running }: Body<'heartbeat'>): Reply {
    session.beats.push({ at: this.#clock.monotonic(), running });
    const drop = running.filter((one) => !this.#holds(one.task_id, one.lease)).map(({ task_id }) => task_id);
    return { ok: true, now: toIso(this.#clock.now()), drop };
  }

  #about(
    event: Exclude<keyof AgentEvents, 'heartbeat'>,
    body: Body<'task_complete'> & Partial<Body<'task_failed'>>,
  ): Reply | null | Promise<Reply | null> {
    const given = this.#find(body.task_id, body.lease);
    if (!given) {
      this.#complain(`${event} names lease ${body.lease} on ${body.task_id}, which was never given`);
      return refusal('not_your_task', `no lease ${body.lease} on ${body.task_id} was ever given`);
    }
    if (event === 'task_complete') return this.#completed(given, body.result);
    if (event === 'task_failed') {
      given.failures.push(`${body.failure_source}: ${body.failure_reason}`);
      given.held = false;
      return { ok: true };
    }
    given.marks.push(event === 'processing_enter' ? 'enter' : 'leave');
    return given.held ? { ok: true } : refusal('stale_lease', 'stop working on it');
  }

  async #completed(given: Given, result: unknown): Promise<Reply | null> {
    const ending = { at: this.#clock.monotonic(), result, reply: null as Reply | null };
    given.completions.push(ending);
    ending.reply = await given.answer(given.completions.length, given);
    return ending.reply;
  }

  #complain(about: string): void {
    if (!this.lenient) this.complaints.add(about);
  }

  #find(task_id: string, lease: number): Given | undefined {
    return this.#given.find(({ task }) => task.task_id === task_id && task.lease === lease);
  }

  #holds(task_id: string, lease: number): boolean {
    return this.#find(task_id, lease)?.held ?? false;
  }
}
