import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { onTestFinished, vi } from 'vitest';
import type { AgentEvents, AgentHandshake, Refusal, TaskAssign } from '../../contract/messages.ts';
import type { Lease } from '../running.ts';

type Answer = object | 'none';
type Heard = { [E in keyof AgentEvents]: { event: E; body: AgentEvents[E] } }[keyof AgentEvents];

/** What happens over a real socket happens soon, and is waited for. */
export const eventually = (what: () => unknown): Promise<unknown> =>
  vi.waitUntil(what, { timeout: 10_000, interval: 5 });

export const aTask = (task_id: string, lease: number): TaskAssign => ({
  task_id,
  lease,
  task_type: 'report',
  attempt: 1,
  payload: {},
  attempt_ms: 180_000,
  deadline: '2026-01-05T14:15:00.000Z',
});

/** An /agents of socket.io's own, for an agent to meet: what it says is up to the test. */
export class AnEngine {
  readonly url: string;
  readonly handshakes: AgentHandshake[] = [];
  readonly heard: Heard[] = [];
  /** Why the next handshakes are not taken; null where they are. */
  refuse: Partial<Refusal> | null = null;
  /** Tasks that `registered` says to drop. */
  drop: string[] = [];
  /** What each request is answered with; `none` leaves it without an answer. */
  answer: (event: keyof AgentEvents, body: Heard['body']) => Answer = () => ({ ok: true, drop: [] });
  readonly #io: Server;
  #socket: Socket | null = null;

  constructor(url: string, io: Server) {
    this.url = url;
    this.#io = io;
    const agents = io.of('/agents');
    agents.use((socket, next) => {
      this.handshakes.push(socket.handshake.auth as AgentHandshake);
      next(this.refuse ? Object.assign(new Error('refused'), { data: this.refuse }) : undefined);
    });
    agents.on('connection', (socket: Socket) => {
      this.#socket = socket;
      socket.onAny((event, body, ack: (answer: object) => void) => {
        const heard = { event, body } as Heard;
        this.heard.push(heard);
        const answer = this.answer(heard.event, heard.body);
        if (answer !== 'none') ack(answer);
      });
      const { drop } = this;
      this.send('registered', { connection_epoch: 1, heartbeat_ms: 10_000, store_epoch: 'e', keep: [], drop });
    });
  }

  /** Bodies of what was heard under a name, oldest first. */
  said<E extends keyof AgentEvents>(event: E): AgentEvents[E][] {
    return this.heard.flatMap((one) => (one.event === event ? [one.body as AgentEvents[E]] : []));
  }

  send(event: string, body: unknown): void {
    this.#socket?.emit(event, body);
  }

  /** The agent's ack of an offer. */
  async assign(task: TaskAssign): Promise<unknown> {
    return this.#socket?.timeout(5_000).emitWithAck('task_assign', task);
  }

  /** Resolves once the agent has read all that was sent: it answers in order. */
  async read(): Promise<void> {
    await this.#socket?.timeout(5_000).emitWithAck('task_assign', { not: 'a task' });
  }

  /** Ends the connection in good order, as an engine that stops. */
  disconnect(): void {
    this.#socket?.disconnect(true);
  }

  /** The way is cut: no goodbye. */
  cut(): void {
    this.#socket?.conn.close();
  }

  close(): void {
    void this.#io.close();
  }
}

export async function anEngine(port = 0): Promise<AnEngine> {
  const server = createServer();
  const io = new Server(server, { serveClient: false });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const engine = new AnEngine(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, io);
  onTestFinished(() => engine.close());
  return engine;
}

export const named = ({ task_id, lease }: Lease): Lease => ({ task_id, lease });
