import type { Fact, HeldLease, Outcome, StoredTask, TaskRow } from '../contract/facts.ts';
import type { AgentEvents, AgentHandshake, EngineToAgent, Reply } from '../contract/messages.ts';
import type { LogFields } from '../kit/log.ts';

/** Names a request that waits for its answer; given by whoever carries it. */
export type ReplyRef = number;
/** Names one socket of one agent; never given twice. */
export type ConnectionId = string;

/** Engine time (epoch ms) and monotonic ms of one step. */
export interface Instant {
  now: number;
  monotonic: number;
}

type AgentMessage = {
  [E in keyof AgentEvents]: {
    type: 'agent';
    connection: ConnectionId;
    event: E;
    body: AgentEvents[E];
    reply: ReplyRef;
    stored?: StoredTask | null;
  };
}[keyof AgentEvents];
export type CompletionMessage = Extract<AgentMessage, { event: 'task_complete' }>;

export type OrchestratorEvent =
  | { type: 'submit'; task: TaskRow; reply: ReplyRef }
  | { type: 'connect'; connection: ConnectionId; handshake: AgentHandshake }
  | { type: 'disconnect'; connection: ConnectionId }
  | AgentMessage
  | { type: 'assign_ack'; task_id: string; lease: number; accept: boolean; reason: string }
  | { type: 'cancel'; task_id: string; reason: string; reply: ReplyRef }
  | { type: 'retry'; stored: StoredTask; deadline_ms: number; reply: ReplyRef }
  | { type: 'written'; ref: number; outcome: Outcome }
  | { type: 'tick' };

export type Effect =
  | { type: 'write'; ref: number; fact: Fact }
  | {
      [E in keyof EngineToAgent]: { type: 'send'; connection: ConnectionId; event: E; payload: EngineToAgent[E] };
    }[keyof EngineToAgent]
  | { type: 'reply'; to: ReplyRef; body: Reply }
  /** Ask the store for a task that is no longer in memory and step the message again with it. */
  | { type: 'load'; message: CompletionMessage }
  | { type: 'disconnect'; connection: ConnectionId }
  | { type: 'log'; level: 'info' | 'warn'; fields: LogFields; message: string };

export interface Restored {
  tasks: readonly { row: TaskRow; held: readonly HeldLease[] }[];
  lastLease: number;
}
