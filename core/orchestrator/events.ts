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
  | { type: 'drain'; agent_id: string; on: boolean; reply: ReplyRef }
  | { type: 'pause'; on: boolean; reply: ReplyRef }
  | { type: 'written'; outcomes: readonly { ref: number; outcome: Outcome }[] }
  /** The machine was asleep, whoever says so. */
  | { type: 'resumed' }
  | { type: 'tick' };

/** What is worth a line in the log and a count, by name. */
export type OrchestratorNews =
  | 'agent_connected'
  | 'agent_superseded'
  | 'agent_lost'
  | 'agent_quarantined'
  | 'assignment_unanswered'
  | 'attempt_failed'
  | 'circuit_opened'
  | 'confidence_lowered'
  | 'foreign_message'
  | 'late_result'
  | 'result_not_stored'
  | 'task_declined'
  | 'task_ended'
  | 'time_unseen';

export type Effect =
  | { type: 'write'; ref: number; fact: Fact }
  | {
      [E in keyof EngineToAgent]: { type: 'send'; connection: ConnectionId; event: E; payload: EngineToAgent[E] };
    }[keyof EngineToAgent]
  | { type: 'reply'; to: ReplyRef; body: Reply }
  /** Ask the store for a task that is no longer in memory and step the message again with it. */
  | { type: 'load'; message: CompletionMessage }
  | { type: 'disconnect'; connection: ConnectionId }
  | { type: 'log'; level: 'info' | 'warn'; news: OrchestratorNews; fields: LogFields };

export interface Restored {
  tasks: readonly { row: TaskRow; held: readonly HeldLease[] }[];
  lastLease: number;
}
