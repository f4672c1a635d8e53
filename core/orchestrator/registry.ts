import { type AgentHandshake, type Refusal, refusal } from '../contract/messages.ts';
import type { Status } from '../contract/sidebar.ts';
import type { SovereignState } from '../contract/sovereign-state.ts';
import { requiredCapabilities, type WaitingReason } from '../contract/task.ts';
import { parseInstant } from '../signals/instant.ts';
import { CapabilityIndex, capabilitiesOf } from './capability-index.ts';
import type { ConnectionId, Instant } from './events.ts';
import { FlapWatch } from './flap-watch.ts';
import type { Limits } from './limits.ts';
import { QualifiedCount } from './qualified-count.ts';
import type { Task } from './task.ts';

export interface Agent {
  readonly id: string;
  type: string;
  instance: string;
  /** Rises with each connection of this agent_id. */
  epoch: number;
  connection: ConnectionId | null;
  capabilities: ReadonlySet<string>;
  maxConcurrent: number;
  readonly tasks: Set<Task>;
  /** Monotonic ms of its last beat or registration. */
  lastSeen: number;
  /** Monotonic ms until when it may come back; null while connected. */
  graceUntil: number | null;
  /** Its clock minus the engine's, ms. */
  clockOffset: number;
  sovereign: SovereignState | null;
  /** Until when (monotonic ms) it is offered no task of a type that it declined. */
  readonly cooling: Map<string, number>;
}

/** What stood under an agent's name before a connection of it. */
export interface Arrival {
  agent: Agent;
  before: 'none' | 'same' | 'other';
  replaced: ConnectionId | null;
}

/** The capability that a Sovereign circuit takes away while it is open. */
const SOVEREIGN = 'sovereign_access';

/** Who is connected, who is idle, who was superseded, and who is left out for a while. */
export class Registry {
  readonly #agents = new Map<string, Agent>();
  readonly #byConnection = new Map<ConnectionId, Agent>();
  readonly #idle = new CapabilityIndex();
  /** Agents that are connected; and those of them whose model is not known to be out of reach. */
  readonly #qualified = new QualifiedCount();
  readonly #reachable = new QualifiedCount();
  readonly #superseded = new Map<string, number>();
  readonly #flaps: FlapWatch;
  readonly #draining = new Set<string>();
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#flaps = new FlapWatch(limits);
  }

  get(id: string): Agent | undefined {
    return this.#agents.get(id);
  }

  at(connection: ConnectionId): Agent | undefined {
    return this.#byConnection.get(connection);
  }

  all(): Agent[] {
    return [...this.#agents.values()];
  }

  /** Why this handshake is not taken now; null where it is. */
  refuses(
    { agent_id, instance }: Pick<AgentHandshake, 'agent_id' | 'instance'>,
    { monotonic }: Instant,
  ): Refusal | null {
    const until = this.#superseded.get(nameOf(agent_id, instance));
    if (until === undefined || until <= monotonic) return null;
    return refusal(
      'duplicate_agent',
      `another instance of ${agent_id} took over: stop this one, or give it an agent_id of its own`,
    );
  }

  /** Puts an agent's new connection in place of what stood there; says what that was. */
  connect(connection: ConnectionId, handshake: AgentHandshake, at: Instant): Arrival {
    const known = this.#agents.get(handshake.agent_id);
    const replaced = known?.connection ?? null;
    const before = !known || known.instance === '' ? 'none' : known.instance === handshake.instance ? 'same' : 'other';
    if (known && before === 'other')
      this.#superseded.set(nameOf(known.id, known.instance), at.monotonic + this.#limits.superseded);
    if (replaced !== null) this.#byConnection.delete(replaced);
    const agent = known ?? this.#unknown(handshake.agent_id);
    Object.assign(agent, {
      type: handshake.agent_type,
      instance: handshake.instance,
      epoch: agent.epoch + 1,
      connection,
      capabilities: capabilitiesOf(handshake.capabilities),
      maxConcurrent: handshake.max_concurrent,
      graceUntil: null,
      sovereign: before === 'same' ? agent.sovereign : null,
    } satisfies Partial<Agent>);
    this.#byConnection.set(connection, agent);
    this.seen(agent, handshake.now, at);
    this.#count(agent);
    return { agent, before, replaced };
  }

  /** An agent that held a lease when the engine ended: expected back within the grace. */
  expect(id: string, { monotonic }: Instant): Agent {
    const agent = this.#agents.get(id) ?? this.#unknown(id);
    agent.graceUntil = monotonic + this.#limits.grace;
    return agent;
  }

  /** A socket that its agent, or the way to it, has closed; true where that makes the agent a flapping one. */
  disconnect(connection: ConnectionId, at: Instant): boolean {
    const agent = this.#byConnection.get(connection);
    this.#byConnection.delete(connection);
    if (agent?.connection !== connection) return false;
    agent.connection = null;
    agent.graceUntil = at.monotonic + this.#limits.grace;
    this.#count(agent);
    this.#idle.remove(agent.id);
    return this.#flaps.disconnected(agent.id, at.monotonic);
  }

  forget(agent: Agent): void {
    this.#idle.forget(agent.id);
    if (agent.connection !== null) this.#byConnection.delete(agent.connection);
    agent.connection = null;
    this.#count(agent);
    this.#agents.delete(agent.id);
  }

  seen(agent: Agent, theirNow: unknown, at: Instant): void {
    agent.lastSeen = at.monotonic;
    const theirs = parseInstant(theirNow);
    if (theirs !== null) agent.clockOffset = theirs - at.now;
  }

  /** What an agent says of its model's circuit decides what it is offered. */
  setSovereign(agent: Agent, sovereign: Agent['sovereign'], at: Instant): void {
    const changed = (agent.sovereign?.circuit === 'open') !== (sovereign?.circuit === 'open');
    agent.sovereign = sovereign;
    if (!changed) return;
    this.#count(agent);
    this.file(agent, at);
  }

  /** Files the agent as idle or not, by what it does now. */
  file(agent: Agent, { monotonic }: Instant): void {
    this.#idle.remove(agent.id);
    if (agent.connection === null || agent.tasks.size >= agent.maxConcurrent) return;
    if (this.#draining.has(agent.id) || this.#flaps.isQuarantined(agent.id, monotonic)) return;
    this.#idle.addIdle(agent.id, reachableCapabilities(agent));
  }

  /** Whether an agent may still be given a task of this type: a lease takes a while to reach the disk. */
  mayTake(agent: Agent, taskType: string): boolean {
    const capabilities = reachableCapabilities(agent);
    return agent.connection !== null && requiredCapabilities(taskType).every((name) => capabilities.has(name));
  }

  /** Takes the longest idle agent that is able to do the task and has not just declined its type. */
  takeIdle(taskType: string, at: Instant): Agent | null {
    const passedOver: Agent[] = [];
    let found: Agent | null = null;
    while (!found) {
      const id = this.#idle.takeIdle(taskType);
      const agent = id === null ? undefined : this.#agents.get(id);
      if (!agent) break;
      if ((agent.cooling.get(taskType) ?? 0) > at.monotonic) passedOver.push(agent);
      else found = agent;
    }
    for (const agent of passedOver) this.file(agent, at);
    return found;
  }

  /** Why no agent takes a task of this type: nobody is able to, no model answers, or all are busy. */
  whyNobody(taskType: string): { reason: WaitingReason; missing: string[] } {
    if (this.#qualified.of(taskType) === 0) return { reason: 'no_capable_agent', missing: this.#missing(taskType) };
    return { reason: this.#reachable.of(taskType) === 0 ? 'sovereign_open' : 'all_busy', missing: [] };
  }

  /** A copy, so that what is done about them may change the registry. */
  silentSince(monotonic: number): Agent[] {
    return this.all().filter((agent) => agent.connection !== null && agent.lastSeen < monotonic);
  }

  graceOver({ monotonic }: Instant): Agent[] {
    return this.all().filter((agent) => agent.graceUntil !== null && agent.graceUntil <= monotonic);
  }

  /** Lets go of what is over: who was kept out comes in again, who was left out is offered tasks again. */
  lapse(at: Instant): void {
    for (const [instance, until] of this.#superseded) if (until <= at.monotonic) this.#superseded.delete(instance);
    for (const id of this.#flaps.released(at.monotonic)) this.#refile(id, at);
  }

  /** Time has passed that nobody saw: silence and absence count from now (one fresh grace for all). */
  freshGrace({ monotonic }: Instant): void {
    for (const agent of this.#agents.values()) {
      agent.lastSeen = monotonic;
      if (agent.graceUntil !== null) agent.graceUntil = monotonic + this.#limits.grace;
    }
  }

  /** A draining agent finishes what it has and is offered nothing new. */
  drain(id: string, on: boolean, at: Instant): void {
    if (on) this.#draining.add(id);
    else this.#draining.delete(id);
    this.#refile(id, at);
  }

  status({ monotonic }: Instant): Status['agents'] {
    return this.all().map((agent) => ({
      agent_id: agent.id,
      agent_type: agent.type,
      state: this.#stateOf(agent, monotonic),
      tasks: [...agent.tasks].map((task) => task.row.task_id),
      sovereign: agent.sovereign,
    }));
  }

  #stateOf(agent: Agent, monotonic: number): Status['agents'][number]['state'] {
    if (agent.connection === null) return 'disconnected';
    if (this.#flaps.isQuarantined(agent.id, monotonic)) return 'quarantined';
    if (this.#draining.has(agent.id)) return 'draining';
    return agent.tasks.size > 0 ? 'busy' : 'idle';
  }

  #count(agent: Agent): void {
    const connected = agent.connection !== null;
    this.#qualified.set(agent.id, connected ? agent.capabilities : null);
    this.#reachable.set(agent.id, connected ? reachableCapabilities(agent) : null);
  }

  /** Capabilities that the closest connected agent lacks for a type. */
  #missing(taskType: string): string[] {
    const required = requiredCapabilities(taskType);
    let least = [...required];
    for (const agent of this.#agents.values()) {
      if (agent.connection === null) continue;
      const lacking = required.filter((name) => !agent.capabilities.has(name));
      if (lacking.length < least.length) least = lacking;
    }
    return least;
  }

  #refile(id: string, at: Instant): void {
    const agent = this.#agents.get(id);
    if (agent) this.file(agent, at);
  }

  #unknown(id: string): Agent {
    const agent: Agent = {
      id,
      type: 'agent',
      instance: '',
      epoch: 0,
      connection: null,
      capabilities: new Set(),
      maxConcurrent: 1,
      tasks: new Set(),
      lastSeen: 0,
      graceUntil: null,
      clockOffset: 0,
      sovereign: null,
      cooling: new Map(),
    };
    this.#agents.set(id, agent);
    return agent;
  }
}

const nameOf = (id: string, instance: string): string => `${id} ${instance}`;

/** While its Sovereign circuit is open an agent is asked nothing that needs a model. */
function reachableCapabilities({ capabilities, sovereign }: Agent): ReadonlySet<string> {
  if (sovereign?.circuit !== 'open') return capabilities;
  return new Set([...capabilities].filter((name) => name !== SOVEREIGN));
}
