import type { Fact, HeldLease, Outcome, StoredTask, TaskRow } from '../contract/facts.ts';
import type { EngineToAgent, Reply } from '../contract/messages.ts';
import type { MarketReading } from '../contract/result.ts';

/** What the orchestrator asks of the store. */
export interface TaskStore {
  commit(facts: Fact[]): Promise<Outcome[]>;
  readonly reader: {
    openTasks(): { row: TaskRow; held: HeldLease[] }[];
    lastLease(): number;
    task(taskId: string): StoredTask | null;
    result(offset: number): unknown;
    taskByKey(key: string): StoredTask | null;
    tasks(state: string | null, limit: number): StoredTask[];
  };
}

/** What the engine knows of a symbol when a task about it is made. */
export interface Market {
  describe(
    symbol: string,
    timeframe: string,
    payload: Record<string, unknown>,
  ): {
    payload: Record<string, unknown>;
    engine_reading: MarketReading | null;
    last_bar_close_ms: number | null;
  };
}

/** One agent's socket. */
export interface AgentConnection {
  readonly id: string;
  send<E extends keyof EngineToAgent>(event: E, payload: EngineToAgent[E], ack?: (answer: unknown) => void): void;
  close(): void;
}

/** `task_id` is that of a task that was made; `retryAfterMs` says when a refused one would be taken, where that is known. */
export interface SubmitAnswer {
  created: boolean;
  reply: Reply;
  task_id?: string;
  retryAfterMs?: number;
}
