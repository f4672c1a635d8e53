import { io, type Socket } from 'socket.io-client';
import { type EngineToAgent, PROTOCOL_VERSION, type TaskAssign } from '../contract/messages.ts';
import type { FailureSource } from '../contract/task.ts';
import type { Clock } from '../kit/clock.ts';
import { type Disposer, Disposers } from '../kit/disposers.ts';
import { AuroraError, messageOf } from '../kit/errors.ts';
import type { Ids } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import { toIso } from '../signals/instant.ts';
import { Outgoing } from './outgoing.ts';

/** Why an agent gives a task back; the source decides what it costs (R10). */
export class TaskFailedError extends AuroraError {
  readonly code = 'AURORA_TASK_FAILED';
  readonly source: FailureSource;

  constructor(source: FailureSource, message: string, options?: ErrorOptions) {
    super(message, options);
    this.source = source;
  }
}

interface WorkTools {
  /** Marks a Sovereign call for the engine while it runs (FM-TAW-007). */
  sovereign<T>(call: () => Promise<T>): Promise<T>;
}

/** Does one task and returns its result as it goes on the wire; throws TaskFailedError. */
export type Work = (task: TaskAssign, tools: WorkTools) => Promise<Record<string, unknown>>;

export interface AgentOptions {
  url: string;
  token: string;
  agentId: string;
  agentType: string;
  capabilities: Readonly<Record<string, boolean>>;
  work: Work;
  clock: Clock;
  ids: Ids;
  log: Log;
}

export interface Agent {
  close(): void;
}

const REQUEST_MS = 15_000;
/** An agent with this many results unacked declines new tasks (R8). */
const UNACKED_MAX = 100;

interface Running {
  lease: number;
  cancelled: boolean;
}

/** Connects an agent to an engine and works until closed; a result is kept until the engine has stored it. */
export function startAgent(options: AgentOptions): Agent {
  const { url, token, agentId, agentType, capabilities, work, clock, ids, log } = options;
  const instance = ids.id();
  const running = new Map<string, Running>();
  const open = new Disposers();
  const now = () => toIso(clock.now());
  let stopBeats: Disposer = () => {};

  const socket: Socket = io(`${url}/agents`, {
    transports: ['websocket'],
    forceNew: true,
    autoConnect: false,
    auth: (send) =>
      send({
        token,
        protocol: PROTOCOL_VERSION,
        agent_id: agentId,
        agent_type: agentType,
        instance,
        capabilities,
        max_concurrent: 1,
        now: now(),
        running: runningList(),
      }),
  });
  const request = (event: string, body: unknown): Promise<unknown> =>
    socket.timeout(REQUEST_MS).emitWithAck(event, body);
  const outgoing = new Outgoing(request, clock, log);
  const runningList = () => [...[...running].map(([task_id, { lease }]) => ({ task_id, lease })), ...outgoing.held()];
  const drop = (taskIds: readonly string[]): void => {
    for (const taskId of taskIds) {
      const task = running.get(taskId);
      if (task) task.cancelled = true;
      running.delete(taskId);
    }
  };

  const tools = (task: TaskAssign): WorkTools => ({
    async sovereign(call) {
      const mark = { task_id: task.task_id, lease: task.lease };
      await request('processing_enter', mark);
      try {
        return await call();
      } finally {
        await request('processing_leave', mark).catch(() => {});
      }
    },
  });

  async function perform(task: TaskAssign, held: Running): Promise<void> {
    const { task_id, lease } = task;
    try {
      const result = await work(task, tools(task));
      if (!held.cancelled) outgoing.add('task_complete', { task_id, lease, result });
    } catch (error) {
      const source = error instanceof TaskFailedError ? error.source : 'network_error';
      if (!held.cancelled)
        outgoing.add('task_failed', {
          task_id,
          lease,
          failure_source: source,
          failure_reason: messageOf(error).slice(0, 2_000),
        });
    } finally {
      if (running.get(task_id) === held) running.delete(task_id);
    }
  }

  socket.on('registered', (registered: EngineToAgent['registered']) => {
    drop(registered.drop);
    stopBeats();
    stopBeats = clock.every(registered.heartbeat_ms, () => {
      request('heartbeat', { now: now(), running: runningList() }).then(
        (answer) => drop((answer as { drop?: string[] }).drop ?? []),
        () => {}, // the next beat, or the reconnect, tells the engine
      );
    });
    outgoing.flush();
  });
  socket.on('task_assign', (task: TaskAssign, ack: (answer: { accept: boolean; reason?: string }) => void) => {
    if (running.size > 0) return ack({ accept: false, reason: 'busy' });
    if (outgoing.size >= UNACKED_MAX)
      return ack({ accept: false, reason: `${UNACKED_MAX} results are not stored yet` });
    const held: Running = { lease: task.lease, cancelled: false };
    running.set(task.task_id, held);
    ack({ accept: true });
    void perform(task, held);
  });
  socket.on('task_cancel', ({ task_id }: EngineToAgent['task_cancel']) => drop([task_id]));
  socket.on('superseded', () => log.warn({ agent_id: agentId }, 'another instance took over'));
  socket.on('connect_error', (error) => log.warn({ agent_id: agentId, error: error.message }, 'agent cannot connect'));
  open.add(() => {
    stopBeats();
    outgoing.close();
    socket.disconnect();
  });
  socket.connect();
  return { close: () => open.close() };
}
