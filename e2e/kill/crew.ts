import { io, type Socket } from 'socket.io-client';
import type { SidebarUpdate, Snapshot } from '../../core/contract/sidebar.ts';
import type { Reach } from '../support/program.ts';

/** All that the world outside the engine has been told, over the lives of many engines. */
export interface Ledger {
  /** Tasks that were taken with 201. */
  readonly submitted: Set<string>;
  /** Completions that were acked as stored, by offset. */
  readonly acked: Map<number, { task_id: string; lease: number }>;
  /** Offsets of which an agent has heard, be it as a duplicate. */
  readonly told: Set<number>;
  /** Rows that a viewer was shown, by offset. */
  readonly shown: Map<number, SidebarUpdate>;
  readonly epochs: Set<string>;
  /** What was refused for good; nothing ever should be. */
  readonly refused: string[];
}

export const emptyLedger = (): Ledger => ({
  submitted: new Set(),
  acked: new Map(),
  told: new Set(),
  shown: new Map(),
  epochs: new Set(),
  refused: [],
});

interface Assignment {
  task_id: string;
  lease: number;
  payload: { symbol: string; timeframe: string; analysis?: { signal: string; original_confidence: number } };
}

const SYMBOLS = Array.from({ length: 12 }, (_, place) => `S${place}/USD`);
const CAPABILITIES = {
  sovereign_access: true,
  trading_analysis: true,
  trading_signal: true,
  hidden_hand_validation: true,
};
const AT_ONCE = 8;
const SEND_AGAIN_MS = 100;

/** Without this the library goes on to call a connection active that ended, or never came about. */
function leaveWhereItEnds(socket: Socket): void {
  for (const event of ['connect_error', 'disconnect'] as const) socket.on(event, () => socket.disconnect());
}

/** An agent with an outbox: what was not acked is sent again, to this engine or the next. */
export class CrewAgent {
  readonly #id: string;
  readonly #instance: string;
  readonly #ledger: Ledger;
  readonly #random: () => number;
  readonly #outbox = new Map<string, { task_id: string; lease: number; result: unknown }>();
  #socket: Socket | null = null;

  constructor(id: string, ledger: Ledger, random: () => number, instance = id) {
    this.#id = id;
    this.#instance = instance;
    this.#ledger = ledger;
    this.#random = random;
  }

  connect({ url, tokens }: Reach): void {
    const socket = io(`${url}/agents`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: {
        token: tokens.agent,
        protocol: 1,
        agent_id: this.#id,
        agent_type: 'crew',
        instance: this.#instance,
        capabilities: CAPABILITIES,
        max_concurrent: AT_ONCE,
        now: new Date().toISOString(),
        running: [...this.#outbox.values()].map(({ task_id, lease }) => ({ task_id, lease })),
      },
    });
    this.#socket = socket;
    leaveWhereItEnds(socket);
    socket.on('registered', ({ store_epoch }: { store_epoch: string }) => {
      this.#ledger.epochs.add(store_epoch);
      for (const key of this.#outbox.keys()) this.#send(socket, key);
    });
    socket.on('task_assign', (task: Assignment, ack: (answer: unknown) => void) => {
      ack({ accept: true });
      const { task_id, lease } = task;
      const key = `${task_id} ${lease}`;
      this.#outbox.set(key, { task_id, lease, result: this.#result(task) });
      this.#send(socket, key);
    });
  }

  disconnect(): void {
    this.#socket?.disconnect();
  }

  /** Whether there is a connection, or one in the making. */
  get isConnected(): boolean {
    return this.#socket?.active ?? false;
  }

  get unacked(): number {
    return this.#outbox.size;
  }

  #send(socket: Socket, key: string): void {
    const outgoing = this.#outbox.get(key);
    if (!outgoing || !socket.connected) return;
    socket.emit(
      'task_complete',
      outgoing,
      (reply: { ok: boolean; status?: string; offset?: number; retry?: boolean }) => {
        const { task_id, lease } = outgoing;
        if (!reply.ok && reply.retry) return void setTimeout(() => this.#send(socket, key), SEND_AGAIN_MS);
        this.#outbox.delete(key);
        if (!reply.ok) this.#ledger.refused.push(`${key}: ${JSON.stringify(reply)}`);
        else if (reply.status === 'stored') this.#ledger.acked.set(reply.offset as number, { task_id, lease });
        if (reply.ok && typeof reply.offset === 'number') this.#ledger.told.add(reply.offset);
      },
    );
  }

  #result({ payload: { symbol, timeframe, analysis } }: Assignment): unknown {
    const random = this.#random;
    return {
      symbol,
      timeframe,
      signal: analysis?.signal ?? (random() < 0.5 ? 'BUY' : 'SELL'),
      confidence: analysis?.original_confidence ?? Math.round(random() * 100) / 100,
      risk_score: 0.5,
      reasoning: 'the crew says so',
      fallback_used: random() < 0.3,
      analyzed_at: new Date(Date.now() - Math.floor(random() * 60_000)).toISOString(),
      ...(random() < 0.3 ? { wyckoff_phase: 'distribution', volume_trend: 'declining' } : {}),
    };
  }
}

export interface Watcher {
  readonly snapshot: Promise<Snapshot>;
  /** Whether there is a connection, or one in the making. */
  isConnected(): boolean;
  close(): void;
}

/** Watches the sidebar and writes down every row; a fresh one each time, so that each start shows its all. */
export function watch({ url, tokens }: Reach, ledger: Ledger): Watcher {
  const socket = io(`${url}/sidebar`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token: tokens.viewer, protocol: 1 },
  });
  leaveWhereItEnds(socket);
  const note = (updates: readonly SidebarUpdate[]): void => {
    for (const update of updates) ledger.shown.set(update.offset, update);
  };
  const snapshot = new Promise<Snapshot>((resolve) => {
    socket.on('snapshot', (first: Snapshot, ack: (answer: unknown) => void) => {
      ledger.epochs.add(first.store_epoch);
      note(first.updates);
      ack({});
      resolve(first);
    });
  });
  socket.on('sidebar_update', (updates: SidebarUpdate[], ack: (answer: unknown) => void) => {
    note(updates);
    ack({});
  });
  return { snapshot, isConnected: () => socket.active, close: () => void socket.disconnect() };
}

/** Keeps a number of analyses waiting until told to stop or nobody answers any more. */
export async function submitOn(
  { url, tokens }: Reach,
  ledger: Ledger,
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const symbol = SYMBOLS[Math.floor(random() * SYMBOLS.length)];
    try {
      const response = await fetch(`${url}/api/tasks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' },
        body: JSON.stringify({ task_type: 'trading_analysis', symbol, timeframe: '5m' }),
        signal,
      });
      if (response.status === 201) ledger.submitted.add(((await response.json()) as { task_id: string }).task_id);
    } catch {
      return;
    }
  }
}
