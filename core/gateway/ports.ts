import type { AgentEvents, AgentHandshake, EngineToAgent, Refusal, Reply } from '../contract/messages.ts';
import type { SetKey, SettingsChange, SettingsView } from '../contract/settings.ts';
import type { EngineToViewer, Painted, Prices, SidebarUpdate, Status, ViewerHandshake } from '../contract/sidebar.ts';
import type { Submit, TaskView } from '../contract/task.ts';
import type { TokenRequest } from '../contract/tokens.ts';
import type { Disposer } from '../kit/disposers.ts';
import type { BarSource } from './bars.ts';
import type { ExportSource } from './export.ts';

interface Connection {
  readonly id: string;
  send<E extends keyof EngineToAgent>(event: E, payload: EngineToAgent[E], ack?: (answer: unknown) => void): void;
  close(): void;
}

/** What the gateway asks of the orchestrator. */
export interface Tasks {
  refuses(handshake: AgentHandshake): Refusal | null;
  connect(connection: Connection, handshake: AgentHandshake): void;
  disconnect(connectionId: string): void;
  receive<E extends keyof AgentEvents>(connectionId: string, event: E, body: AgentEvents[E]): Promise<Reply>;
  submit(request: Submit, key: string | null): Promise<{ created: boolean; reply: Reply; retryAfterMs?: number }>;
  cancel(taskId: string, reason: string): Promise<Reply>;
  retry(taskId: string): Promise<Reply>;
  drain(agentId: string, on: boolean): Promise<Reply>;
  pause(on: boolean): Promise<Reply>;
  task(taskId: string): TaskView | null;
  tasks(state: string | null, limit: number): TaskView[];
}

/** What an operator asks of the engine itself; every answer is a refusal where it cannot be done. */
export interface OperatorDesk {
  token(request: TokenRequest): Promise<Reply>;
  /** A copy of the store as it is now. */
  backup(): Promise<Reply>;
  /** How the engine is set, after a change where one is asked for. */
  settings(asked: { change?: SettingsChange | undefined }): Promise<Reply>;
  setKey(asked: SetKey): Promise<Reply>;
  /** Keeps a file of bars and replays it. */
  importBars(name: string, text: string): Promise<Reply>;
  /** The settings as they stand; throws UsageError where a file of them cannot be read. */
  view(): SettingsView;
  /** JSON for whoever is asked for help. */
  diagnostics(): string;
}

type SendToViewer = <E extends 'snapshot' | 'sidebar_update'>(
  event: E,
  payload: EngineToViewer[E],
  acked: () => void,
) => void;

/** What the gateway shows. */
export interface Screen extends BarSource, ExportSource {
  /** Feeds one viewer until disposed. */
  feed(handshake: Pick<ViewerHandshake, 'store_epoch' | 'offset'>, send: SendToViewer): Disposer;
  signals(): SidebarUpdate[];
  status(): Status;
  prices(): Prices;
  results(filter: { symbol: string | null; timeframe: string | null; before: number; limit: number }): unknown[];
  late(limit: number): unknown[];
  /** What a page says that it shows by now. */
  painted(painted: Painted): void;
  /** Prometheus text, and its content type. */
  metrics(): Promise<{ type: string; text: string }>;
}
