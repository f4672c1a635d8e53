import type { AgentHandshake } from '../contract/messages.ts';
import type { Assignment } from './assignment.ts';
import type { Endings } from './endings.ts';
import type { ConnectionId, Instant } from './events.ts';
import type { Limits } from './limits.ts';
import type { Outbox } from './outbox.ts';
import type { Agent, Arrival, Registry } from './registry.ts';
import { holds, type Task } from './task.ts';

export interface ConnectionsOptions {
  registry: Registry;
  assignment: Assignment;
  endings: Endings;
  out: Outbox;
  limits: Limits;
  storeEpoch: string;
}

type Named = { task_id: string; lease: number };

/** Agents that come, leave and fall silent, and what becomes of their leases. */
export class Connections {
  readonly #to: ConnectionsOptions;

  constructor(options: ConnectionsOptions) {
    this.#to = options;
  }

  arrive(connection: ConnectionId, handshake: AgentHandshake, at: Instant): void {
    const { registry, assignment, out, limits, storeEpoch } = this.#to;
    const arrival = registry.connect(connection, handshake, at);
    const { agent } = arrival;
    this.#replace(arrival);
    const { keep, drop } = this.#claims(agent, handshake.running);
    // The agent is at work on it, so its ack was lost on the way.
    for (const task of keep) assignment.accepted(task, at);
    for (const task of [...agent.tasks]) if (!keep.includes(task)) this.#notRunning(task, arrival, at);
    registry.file(agent, at);
    out.send(connection, 'registered', {
      connection_epoch: agent.epoch,
      heartbeat_ms: limits.heartbeat,
      store_epoch: storeEpoch,
      keep: keep.map((task) => task.row.task_id),
      drop,
    });
    out.log('info', 'agent_connected', { agent_id: agent.id, connection_epoch: agent.epoch });
  }

  leave(connection: ConnectionId, at: Instant): void {
    const { registry, out, limits } = this.#to;
    const agent = registry.at(connection);
    if (registry.disconnect(connection, at))
      out.log('warn', 'agent_quarantined', { agent_id: agent?.id, quarantine_ms: limits.quarantine });
  }

  /** Those whose grace is over. */
  loseAbsent(at: Instant): void {
    for (const agent of this.#to.registry.graceOver(at))
      this.#lose(agent, 'network_error', 'the agent did not come back after a disconnect', at);
  }

  /** Those that are connected and say nothing (FM-TAW-002). */
  loseSilent(at: Instant): void {
    const { registry, out, limits } = this.#to;
    for (const agent of registry.silentSince(at.monotonic - limits.silence)) {
      if (agent.connection !== null) out.disconnect(agent.connection);
      this.#lose(agent, 'agent_crash', `the agent was silent for ${limits.silence / 1_000} s`, at);
    }
  }

  /** Leases that an agent says it is at work on: in force, or to be dropped. */
  #claims(agent: Agent, running: readonly Named[]): { keep: Task[]; drop: string[] } {
    const keep: Task[] = [];
    const drop: string[] = [];
    for (const { task_id, lease } of running) {
      const task = this.#to.assignment.tasks.get(task_id);
      if (task && holds(task, agent.id, lease)) keep.push(task);
      else drop.push(task_id);
    }
    return { keep, drop };
  }

  #replace({ agent, before, replaced }: Arrival): void {
    const { out } = this.#to;
    if (replaced === null) return;
    if (before === 'other') {
      out.send(replaced, 'superseded', { by_instance: agent.instance });
      out.log('info', 'agent_superseded', { agent_id: agent.id });
    }
    out.disconnect(replaced);
  }

  /** A lease that its agent does not name when it connects. */
  #notRunning(task: Task, { before, replaced }: Arrival, at: Instant): void {
    if (task.commit) return;
    // Of the same process: it goes on with what it has, and a lease on its way to the disk has not left yet.
    if (before === 'same' && (task.state.is === 'working' || task.state.is === 'granting')) return;
    const diedWithIt = before === 'other' && replaced === null && task.state.is !== 'granting';
    if (diedWithIt)
      this.#to.endings.fail(task, 'agent_crash', 'the agent came back as a new process without the task', at);
    else this.#to.assignment.requeue(task, at);
  }

  #lose(agent: Agent, source: 'network_error' | 'agent_crash', reason: string, at: Instant): void {
    const { registry, assignment, endings, out } = this.#to;
    const tasks = [...agent.tasks];
    out.log('warn', 'agent_lost', { agent_id: agent.id, tasks: tasks.length, reason });
    registry.forget(agent);
    for (const task of tasks) {
      if (task.commit) continue;
      // No attempt was made by an instance that this engine never saw, nor under a lease that never left. One that
      // did may be what ended the agent, acked or not.
      if (agent.instance === '' || task.state.is === 'granting') assignment.requeue(task, at);
      else endings.fail(task, source, reason, at);
    }
  }
}
