import { io, type Socket } from 'socket.io-client';
import type { Reply, TaskAssign } from '../../core/contract/messages.ts';
import type { SidebarUpdate, Snapshot, Status } from '../../core/contract/sidebar.ts';
import type { Reach } from '../../e2e/support/program.ts';
import type { FromCrew, Load, ToCrew, WorkReport } from './messages.ts';
import { Durations } from './spread.ts';

const AGENTS = 8;
const AT_ONCE = 64;
const SUBMITS_AT_ONCE = 512;
const TICK_MS = 1;
const CAPABILITIES = { sovereign_access: true, trading_analysis: true };
const TIMEFRAME = '5m';

type Ack = (answer: object) => void;
interface Held {
  socket: Socket;
  task: TaskAssign;
}

const join = (reach: Reach, room: string, auth: object): Socket =>
  io(`${reach.url}${room}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { protocol: 1, ...auth },
  });

const opened = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });

function taken(reply: Reply): void {
  if (!reply.ok) throw new Error(`The engine refused: ${reply.code}, ${reply.message}`);
}

/** A new engine looks after its store once it stands: what is measured begins after that. */
async function rested(reach: Reach): Promise<void> {
  const socket = join(reach, '/sidebar', { token: reach.tokens.operator });
  await new Promise<void>((resolve) => {
    socket.on('status', ({ last_backup }: Pick<Status, 'last_backup'>) => {
      if (last_backup !== null) resolve();
    });
  });
  socket.disconnect();
}

/** As an operator's page does it, with many on their way. */
async function submit(reach: Reach, { count, symbols }: Load): Promise<number> {
  const socket = join(reach, '/sidebar', { token: reach.tokens.operator });
  await opened(socket);
  const start = performance.now();
  const numbers = Array.from({ length: count }, (_, number) => number).values();
  const one = async (): Promise<void> => {
    for (const number of numbers) {
      const args = { task_type: 'trading_analysis', symbol: `SYM${number % symbols}/USD`, timeframe: TIMEFRAME };
      taken((await socket.emitWithAck('command', { name: 'submit', args })) as Reply);
    }
  };
  await Promise.all(Array.from({ length: SUBMITS_AT_ONCE }, one));
  const seconds = (performance.now() - start) / 1_000;
  socket.disconnect();
  return seconds;
}

const resultOf = ({ payload }: TaskAssign) => ({
  symbol: payload.symbol,
  timeframe: TIMEFRAME,
  signal: 'BUY',
  confidence: 0.8,
  risk_score: 0.4,
  reasoning: 'the range broke upwards on rising volume, and the last three closes stand above its upper edge',
  analyzed_at: new Date().toISOString(),
  model: 'my-model',
  wyckoff_phase: 'markup',
  volume_trend: 'rising',
});

let runs = 0;

/** Agents that hold what they are given until it is time, and what comes back for it. */
class Shift {
  readonly #load: Load;
  readonly #sockets: Socket[] = [];
  readonly #held: Held[] = [];
  readonly #acks = new Durations();
  readonly #rows = new Durations();
  /** When each completion left, by task. */
  readonly #emitted = new Map<string, number>();
  #begun = 0;
  #sent = 0;
  #acked = 0;
  #isOver = (): void => {};

  constructor(load: Load) {
    this.#load = load;
  }

  async work(reach: Reach): Promise<WorkReport> {
    const over = new Promise<void>((resolve) => {
      this.#isOver = resolve;
    });
    if (this.#load.viewer) await this.#watch(reach);
    runs += 1;
    await Promise.all(Array.from({ length: AGENTS }, (_, place) => this.#join(reach, `agent-${runs}-${place}`)));
    const stopPacing = this.#load.rate === null ? () => {} : this.#pace(this.#load.rate);
    await over;
    const seconds = (performance.now() - this.#begun) / 1_000;
    stopPacing();
    for (const socket of this.#sockets) socket.disconnect();
    const row = this.#load.viewer ? { ...this.#rows.spread, rows: this.#rows.count } : null;
    return { seconds, ack: this.#acks.spread, row };
  }

  async #join(reach: Reach, agent_id: string): Promise<void> {
    const socket = join(reach, '/agents', {
      token: reach.tokens.agent,
      agent_id,
      agent_type: 'benchmark',
      instance: agent_id,
      capabilities: CAPABILITIES,
      max_concurrent: AT_ONCE,
      now: new Date().toISOString(),
    });
    this.#sockets.push(socket);
    socket.on('task_assign', (task: TaskAssign, ack: Ack) => {
      if (this.#begun === 0) this.#begun = performance.now();
      ack({ accept: true });
      const held = { socket, task };
      if (this.#load.rate === null) this.#complete(held);
      else this.#held.push(held);
    });
    await opened(socket);
  }

  #pace(rate: number): () => void {
    let start = 0;
    const timer = setInterval(() => {
      if (this.#begun === 0) return;
      start ||= performance.now();
      const due = Math.floor(((performance.now() - start) / 1_000) * rate);
      while (this.#sent < due) {
        const held = this.#held.shift();
        if (!held) return;
        this.#complete(held);
      }
    }, TICK_MS);
    return () => clearInterval(timer);
  }

  #complete({ socket, task }: Held): void {
    const { task_id, lease } = task;
    const start = performance.now();
    this.#sent += 1;
    if (this.#load.viewer) this.#emitted.set(task_id, start);
    socket.emit('task_complete', { task_id, lease, result: resultOf(task) }, (reply: Reply) => {
      taken(reply);
      this.#acks.add(performance.now() - start);
      this.#acked += 1;
      if (this.#acked === this.#load.count) this.#isOver();
    });
  }

  async #watch(reach: Reach): Promise<void> {
    const socket = join(reach, '/sidebar', { token: reach.tokens.viewer });
    this.#sockets.push(socket);
    socket.on('sidebar_update', (updates: SidebarUpdate[], ack: Ack) => {
      const now = performance.now();
      for (const { task_id } of updates) {
        const emitted = this.#emitted.get(task_id);
        if (emitted !== undefined) this.#rows.add(now - emitted);
      }
      ack({});
    });
    await new Promise<void>((resolve) => {
      socket.on('snapshot', (_first: Snapshot, ack: Ack) => {
        ack({});
        resolve();
      });
    });
  }
}

const answer = (message: FromCrew): void => void process.send?.(message);
process.on('message', async (message: ToCrew) => {
  const { reach } = message;
  switch (message.ask) {
    case 'submit':
      return answer({ is: 'submitted', seconds: await submit(reach, message.load) });
    case 'work':
      return answer({ is: 'worked', report: await new Shift(message.load).work(reach) });
    case 'rest':
      await rested(reach);
      return answer({ is: 'rested' });
  }
});
process.on('disconnect', () => process.exit());
