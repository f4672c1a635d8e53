import { io, type Socket } from 'socket.io-client';
import type { Reply } from '../../core/contract/messages.ts';
import type { Assignment, Hands } from '../story/play.ts';
import { type Program, until } from './program.ts';

const ALL = {
  sovereign_access: true,
  trading_analysis: true,
  trading_signal: true,
  hidden_hand_validation: true,
};

/** An agent and an operator that know the protocol alone: nothing of the engine's own runtime. */
export async function foreignHands(
  program: Program,
  agent_id = 'foreign-1',
): Promise<Hands & { socket: Socket; close(): void }> {
  const assigned = new Map<string, Assignment>();
  const socket = io(`${program.url}/agents`, {
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
    },
  });
  socket.on('task_assign', (task: Assignment, ack: (answer: { accept: boolean }) => void) => {
    assigned.set(task.task_id, task);
    ack({ accept: true });
  });
  await until(
    'the agent to be registered',
    () => new Promise<boolean>((resolve) => socket.once('registered', () => resolve(true))),
  );
  return {
    socket,
    now: () => Date.now(),
    async submit(task) {
      const response = await fetch(`${program.url}/api/tasks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${program.tokens.operator}`, 'content-type': 'application/json' },
        body: JSON.stringify(task),
      });
      if (response.status !== 201)
        throw new Error(`POST /api/tasks answered ${response.status}: ${await response.text()}`);
      return ((await response.json()) as { task_id: string }).task_id;
    },
    async assigned(taskId) {
      const task = await until(`${taskId} to be assigned`, () => assigned.get(taskId));
      assigned.delete(taskId);
      return task;
    },
    complete: ({ task_id, lease }, result) =>
      socket.timeout(10_000).emitWithAck('task_complete', { task_id, lease, result }) as Promise<Reply>,
    close: () => void socket.disconnect(),
  };
}
