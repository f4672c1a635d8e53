import { io, type Socket } from 'socket.io-client';
import type { Reply } from '../../core/contract/messages.ts';
import type { FailureSource } from '../../core/contract/task.ts';
import type { Assignment, Hands } from '../story/play.ts';
import { type Reach, until } from './program.ts';

type Given = Record<string, unknown> & { analysis?: Record<string, unknown> };
type Work = (payload: Given) => Record<string, unknown>;

const ALL = {
  sovereign_access: true,
  trading_analysis: true,
  trading_signal: true,
  hidden_hand_validation: true,
};

const BEAT_MS = 10_000;

/** How an agent introduces itself where it is not as the others are. */
interface Introduction {
  capabilities?: Record<string, boolean>;
  max_concurrent?: number;
}

/** A socket that has said who it is, and knows the protocol alone: nothing of the engine's own runtime. */
function connect(program: Reach, agent_id: string, introduction: Introduction = {}): Socket {
  return io(`${program.url}/agents`, {
    transports: ['websocket'],
    forceNew: true,
    auth: {
      token: program.tokens.agent,
      protocol: 1,
      agent_id,
      agent_type: 'foreign',
      instance: `${agent_id}-${process.pid}-${Math.random()}`,
      capabilities: ALL,
      now: new Date().toISOString(),
      running: [],
      ...introduction,
    },
  });
}

const registered = (socket: Socket): Promise<boolean> =>
  until(
    'the agent to be registered',
    () => new Promise<boolean>((resolve) => socket.once('registered', () => resolve(true))),
  );

const complete = (socket: Socket, { task_id, lease }: Assignment, result: unknown): Promise<Reply> =>
  socket.timeout(10_000).emitWithAck('task_complete', { task_id, lease, result });

/** An agent that answers whatever it is given, by task type, and beats for as long as it lives. */
export async function foreignAgent(
  program: Reach,
  work: Record<string, Work>,
  introduction: Introduction = {},
): Promise<{ close(): void }> {
  const socket = connect(program, 'foreign-1', introduction);
  const running = new Map<string, number>();
  socket.on('task_assign', (task: Assignment & { task_type: string }, ack: (answer: { accept: boolean }) => void) => {
    ack({ accept: true });
    running.set(task.task_id, task.lease);
    complete(socket, task, work[task.task_type]?.(task.payload))
      // A test may be over, and the program with it, before the answer comes.
      .catch(() => {})
      .finally(() => running.delete(task.task_id));
  });
  await registered(socket);
  return { close: beating(socket, running) };
}

/** Beats for an agent that has these tasks, each with its lease, until it is closed. */
function beating(socket: Socket, running: ReadonlyMap<string, number>): () => void {
  const beats = setInterval(() => {
    const held = [...running].map(([task_id, lease]) => ({ task_id, lease }));
    socket.emit('heartbeat', { now: new Date().toISOString(), running: held });
  }, BEAT_MS);
  return () => {
    clearInterval(beats);
    socket.disconnect();
  };
}

/** An agent that takes up what it is offered, and does with it what a test says. */
export interface Worker {
  /** Resolves once the task was offered, which has been accepted. */
  assigned(taskId: string): Promise<Assignment>;
  complete(held: Assignment, result: unknown): Promise<Reply>;
  fail(held: Assignment, failure_source: FailureSource): Promise<Reply>;
  /** What it was told to stop, in turn. */
  readonly cancelled: readonly unknown[];
  close(): void;
}

export async function aWorker(program: Reach, agent_id: string, introduction: Introduction = {}): Promise<Worker> {
  const assigned = new Map<string, Assignment>();
  const running = new Map<string, number>();
  const cancelled: unknown[] = [];
  const socket = connect(program, agent_id, introduction);
  socket.on('task_assign', (task: Assignment, ack: (answer: { accept: boolean }) => void) => {
    assigned.set(task.task_id, task);
    running.set(task.task_id, task.lease);
    ack({ accept: true });
  });
  socket.on('task_cancel', (told: unknown) => void cancelled.push(told));
  await registered(socket);
  return {
    cancelled,
    async assigned(taskId) {
      const task = await until(`${taskId} to be assigned`, () => assigned.get(taskId));
      assigned.delete(taskId);
      return task;
    },
    complete(held, result) {
      running.delete(held.task_id);
      return complete(socket, held, result);
    },
    fail({ task_id, lease }, failure_source) {
      running.delete(task_id);
      return socket
        .timeout(10_000)
        .emitWithAck('task_failed', { task_id, lease, failure_source, failure_reason: 'as the test says' });
    },
    close: beating(socket, running),
  };
}

/** Submits a task as an operator; resolves with its id once it is stored. */
export async function submitTask({ url, tokens }: Reach, task: unknown): Promise<string> {
  const response = await fetch(`${url}/api/tasks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' },
    body: JSON.stringify(task),
  });
  if (response.status !== 201) throw new Error(`POST /api/tasks answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { task_id: string }).task_id;
}

/** An agent that does what the story says, and an operator who submits its tasks. */
export async function foreignHands(
  program: Reach,
  introduction: Introduction = {},
): Promise<Hands & { close(): void }> {
  return {
    ...(await aWorker(program, 'foreign-1', introduction)),
    now: () => Date.now(),
    submit: (task) => submitTask(program, task),
  };
}
