import { engineToAgentSchemas, PROTOCOL_VERSION, type TaskAssign } from '../contract/messages.ts';
import type { SovereignState } from '../contract/sovereign-state.ts';
import type { Clock } from '../kit/clock.ts';
import { Disposers } from '../kit/disposers.ts';
import type { Ids } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import { toIso } from '../signals/instant.ts';
import { Beats } from './beats.ts';
import { DiskOutbox } from './disk-outbox.ts';
import { type LinkOptions, openLink } from './link.ts';
import { memoryOutbox } from './outbox.ts';
import { Outgoing } from './outgoing.ts';
import { perform } from './perform.ts';
import { type Lease, Running } from './running.ts';
import type { Work } from './work.ts';

export interface AgentOptions extends Pick<LinkOptions, 'url' | 'isOwnEngine'> {
  /** Asked anew for each connection where it may change. */
  token: string | (() => string);
  agentId: string;
  agentType: string;
  capabilities: Readonly<Record<string, boolean>>;
  work: Work;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** How many tasks it works on at once; 1 unless told. */
  maxConcurrent?: number;
  /** A folder of this agent's own where results wait for the engine's ack, also over its own end; in memory unless told. */
  outbox?: string;
  /** How its model answers; asked at each beat. */
  sovereign?: () => SovereignState;
  /** Another process has taken this agent_id over, and this one has closed for good. */
  onSuperseded?: (byInstance: string) => void;
  /** The engine will never take this agent as it is, and it has closed for good. */
  onRefused?: (why: string) => void;
}

export interface Agent {
  /** What `sovereign` says has changed: the engine is told at once. */
  sovereignChanged(): void;
  close(): void;
}

/** An agent with this many results unacked declines new tasks (R8). */
const UNACKED_MAX = 100;
/** As many as the engine lets an agent have or name. */
const RUNNING_MAX = 1_000;

type Answer = { accept: true } | { accept: false; reason: string };

/** Connects an agent to an engine and works until closed; a result is kept until the engine has stored it. */
export function startAgent(options: AgentOptions): Agent {
  const { agentId, agentType, token, capabilities, work, clock, ids, maxConcurrent = 1, outbox, sovereign } = options;
  if (!Number.isInteger(maxConcurrent) || maxConcurrent < 1 || maxConcurrent > RUNNING_MAX)
    throw new RangeError(`maxConcurrent must be a whole number from 1 to ${RUNNING_MAX}, got ${maxConcurrent}`);
  const log = withAgent(options.log, agentId);
  const instance = ids.id();
  const open = new Disposers();
  const running = new Running();
  /** What the newest handshake has named, for its answer to be held against. */
  let claimed: Lease[] = [];

  const outgoing = new Outgoing({
    outbox: outbox === undefined ? memoryOutbox() : new DiskOutbox({ folder: outbox, agentId, clock, ids, log }),
    request: (event, body) => link.request(event, body),
    clock,
    log,
  });
  const leases = (): Lease[] => [...running.list(), ...outgoing.held()].slice(0, RUNNING_MAX);
  const beats = new Beats({
    request: (event, body) => link.request(event, body),
    running: leases,
    dropped: (named, taskIds) => running.drop(named, taskIds),
    sovereign,
    clock,
  });

  function whyNot(): string | null {
    if (running.size >= maxConcurrent) return 'busy';
    return outgoing.size >= UNACKED_MAX ? `${UNACKED_MAX} results are not stored yet` : null;
  }

  function assigned(task: TaskAssign): Answer {
    // Told twice of one lease: it is in hand, or done and on its way.
    if (running.has(task) || outgoing.has(task)) return { accept: true };
    for (const older of running.list())
      if (older.task_id === task.task_id) running.stop(older, 'the task was given out anew');
    const reason = whyNot();
    if (reason !== null) return { accept: false, reason };
    const at = running.start(task);
    void perform({
      work,
      task,
      at,
      stop: (why) => running.stop(at, why),
      request: (event, body, ms) => link.request(event, body, ms),
    }).then((report) => {
      if (!at.signal.aborted) outgoing.add(report);
      running.finish(at);
    });
    return { accept: true };
  }

  const link = openLink({
    url: options.url,
    isOwnEngine: options.isOwnEngine,
    instance,
    clock,
    log,
    handshake() {
      claimed = leases();
      return {
        token: typeof token === 'string' ? token : token(),
        protocol: PROTOCOL_VERSION,
        agent_id: agentId,
        agent_type: agentType,
        instance,
        capabilities,
        max_concurrent: maxConcurrent,
        now: toIso(clock.now()),
        running: claimed,
      };
    },
    on: {
      registered(body) {
        const told = engineToAgentSchemas.registered.safeParse(body);
        if (!told.success) return log.error({ error: told.error.message }, 'registered cannot be read');
        running.drop(claimed, told.data.drop);
        beats.start(told.data.heartbeat_ms);
        outgoing.flush();
      },
      task_assign(body, ack) {
        const told = engineToAgentSchemas.task_assign.safeParse(body);
        const answer: Answer = told.success
          ? assigned(told.data)
          : { accept: false, reason: `task_assign cannot be read: ${told.error.issues[0]?.message}` };
        if (typeof ack === 'function') ack(answer);
      },
      task_cancel(body) {
        const told = engineToAgentSchemas.task_cancel.safeParse(body);
        if (told.success) running.stop(told.data, told.data.reason);
      },
      superseded(body) {
        const told = engineToAgentSchemas.superseded.safeParse(body);
        const by = told.success ? told.data.by_instance : '';
        log.warn({ by_instance: by }, 'another instance took over, so this one closes');
        close();
        options.onSuperseded?.(by);
      },
    },
    onRefused(why) {
      close();
      options.onRefused?.(why);
    },
  });
  const close = (): void => open.close();
  open.add(() => link.close());
  open.add(() => outgoing.close());
  open.add(() => beats.stop());
  open.add(() => running.stopAll('the agent closes'));
  return { sovereignChanged: () => beats.now(), close };
}

const withAgent = (log: Log, agent_id: string): Log => ({
  info: (fields, message) => log.info({ agent_id, ...fields }, message),
  warn: (fields, message) => log.warn({ agent_id, ...fields }, message),
  error: (fields, message) => log.error({ agent_id, ...fields }, message),
});
