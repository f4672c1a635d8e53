import { type AgentHandshake, type Refusal, refusal } from '../contract/messages.ts';
import type { Status } from '../contract/sidebar.ts';
import { requiredCapabilities } from '../contract/task.ts';
import { parseInstant } from '../signals/instant.ts';
import { CapabilityIndex, capabilitiesOf } from './capability-index.ts';
import type { ConnectionId, Instant } from './events.ts';
import type { Limits } from './limits.ts';
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
  sovereign: { circuit: string; reason?: string | null | undefined } | null;
  /** Until when (monotonic ms) it is offered no task of a type that it declined. */
  readonly cooling: Map<string, number>;
}

/** Who is connected, who is idle, and who was superseded. */
export class Registry {
  readonly #agents = new Map<string, Agent>();
  readonly #byConnection = new Map<ConnectionId, Agent>();
  readonly #idle = new CapabilityIndex();
  readonly #superseded = new Map<string, number>();
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
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
    const until = this.#superseded.get(`${agent_id} ${instance}`);
    if (until === undefined || until <= monotonic) return null;
    return refusal(
      'duplicate_agent',
      `another instance of ${agent_id} took over: stop this one, or give it an agent_id of its own`,
    );
  }

  /** Puts an agent's new connection in place of what stood there; says what that was. */
  connect(
    connection: ConnectionId,
    handshake: AgentHandshake,
    at: Instant,
  ): { agent: Agent; before: 'none' | 'same' | 'other'; replaced: ConnectionId | null; wasConnected: boolean } {
    const known = this.#agents.get(handshake.agent_id);
    const replaced = known?.connection ?? null;
    const before = !known || known.instance === '' ? 'none' : known.instance === handshake.instance ? 'same' : 'other';
    if (before === 'other') this.#supersede(handshake.agent_id, known?.instance ?? '', at);
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
    } satisfies Partial<Agent>);
    this.#byConnection.set(connection, agent);
    this.seen(agent, handshake.now, at);
    return { agent, before, replaced, wasConnected: replaced !== null };
  }

  /** An agent that held a lease when the engine ended: expected back within the grace. */
  expect(id: string, { monotonic }: Instant): Agent {
    const agent = this.#agents.get(id) ?? this.#unknown(id);
    agent.graceUntil = monotonic + this.#limits.grace;
    return agent;
  }

  disconnect(connection: ConnectionId, { monotonic }: Instant): void {
    const agent = this.#byConnection.get(connection);
    this.#byConnection.delete(connection);
    if (agent?.connection !== connection) return;
    agent.connection = null;
    agent.graceUntil = monotonic + this.#limits.grace;
    this.file(agent);
  }

  forget(agent: Agent): void {
    this.#idle.remove(agent.id);
    this.#agents.delete(agent.id);
    if (agent.connection !== null) this.#byConnection.delete(agent.connection);
  }

  seen(agent: Agent, theirNow: unknown, at: Instant): void {
    agent.lastSeen = at.monotonic;
    const theirs = parseInstant(theirNow);
    if (theirs !== null) agent.clockOffset = theirs - at.now;
  }

  /** Files the agent as idle or not, by what it does now. */
  file(agent: Agent): void {
    this.#idle.remove(agent.id);
    if (agent.connection !== null && agent.tasks.size < agent.maxConcurrent)
      this.#idle.addIdle(agent.id, agent.capabilities);
  }

  /** Takes the longest idle agent that is able to do the task and has not just declined its type. */
  takeIdle(taskType: string, { monotonic }: Instant): Agent | null {
    const passedOver: Agent[] = [];
    let found: Agent | null = null;
    for (
      let id = this.#idle.takeIdle(taskType);
      id !== null && !found;
      id = found ? null : this.#idle.takeIdle(taskType)
    ) {
      const agent = this.#agents.get(id);
      if (!agent) continue;
      if ((agent.cooling.get(taskType) ?? 0) > monotonic) passedOver.push(agent);
      else found = agent;
    }
    for (const agent of passedOver) this.file(agent);
    return found;
  }

  /** Capabilities that the closest connected agent lacks for a type; empty where one has them all. */
  missing(taskType: string): string[] {
    const required = requiredCapabilities(taskType);
    let least: string[] | null = null;
    for (const agent of this.#agents.values()) {
      if (agent.connection === null) continue;
      const lacking = required.filter((name) => !agent.capabilities.has(name));
      if (lacking.length === 0) return [];
      if (!least || lacking.length < least.length) least = lacking;
    }
    return least ?? [...required];
  }

  /** Whether any connected agent is able to do the type. */
  qualified(taskType: string): boolean {
    return this.missing(taskType).length === 0 && [...this.#agents.values()].some((agent) => agent.connection !== null);
  }

  /** A copy, so that what is done about them may change the registry. */
  silentSince(monotonic: number): Agent[] {
    return this.all().filter((agent) => agent.connection !== null && agent.lastSeen < monotonic);
  }

  graceOver({ monotonic }: Instant): Agent[] {
    for (const [instance, until] of [...this.#superseded]) if (until <= monotonic) this.#superseded.delete(instance);
    return this.all().filter((agent) => agent.graceUntil !== null && agent.graceUntil <= monotonic);
  }

  status(): Status['agents'] {
    return this.all().map((agent) => ({
      agent_id: agent.id,
      agent_type: agent.type,
      state: agent.connection === null ? 'disconnected' : agent.tasks.size > 0 ? 'busy' : 'idle',
      tasks: [...agent.tasks].map((task) => task.row.task_id),
      sovereign: agent.sovereign,
    }));
  }

  #supersede(id: string, instance: string, { monotonic }: Instant): void {
    this.#superseded.set(`${id} ${instance}`, monotonic + this.#limits.superseded);
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
