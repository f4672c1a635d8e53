import { z } from 'zod';
import { FAILURE_SOURCES } from './task.ts';

export const PROTOCOL_VERSION = 1;

const ERROR_CODES = [
  'unauthorized',
  'forbidden',
  'not_found',
  'protocol_version',
  'invalid_message',
  'invalid_result',
  'unknown_task',
  'not_your_task',
  'stale_lease',
  'duplicate_agent',
  'superseded',
  'queue_full',
  'circuit_open',
  'not_persisted',
  'too_large',
  'rate_limited',
  'shutting_down',
  'starting',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The refusal of a request: `retry` true means keep it and send it again later. */
export interface Refusal {
  ok: false;
  code: ErrorCode;
  message: string;
  retry: boolean;
}
export type Reply = ({ ok: true } & Record<string, unknown>) | Refusal;

export const refusal = (code: ErrorCode, message: string, retry = false): Refusal => ({
  ok: false,
  code,
  message,
  retry,
});

const lease = z.number().int().nonnegative();
const running = z.array(z.object({ task_id: z.string(), lease })).max(1_000);
const agentName = z.string().regex(/^[\w.:@-]{1,64}$/, 'an agent_id is 1 to 64 letters, digits or . : @ _ -');

/** `auth` of the /agents handshake; `now` is the agent's clock. */
export const agentHandshakeSchema = z.object({
  token: z.string().max(512),
  protocol: z.number(),
  agent_id: agentName,
  agent_type: z.string().max(64).default('agent'),
  instance: z.string().min(1).max(128),
  // Only an own `true` is a capability; what else stands there is kept out.
  capabilities: z.record(z.string().max(64), z.unknown()).default({}),
  max_concurrent: z.number().int().min(1).max(1_000).default(1),
  now: z.unknown().optional(),
  running: running.default([]),
});
export type AgentHandshake = z.output<typeof agentHandshakeSchema>;

const sovereignStateSchema = z.object({
  circuit: z.enum(['closed', 'open', 'half_open']),
  reason: z.string().max(500).nullish(),
  model: z.string().max(200).nullish(),
});

const held = { task_id: z.string().min(1).max(256), lease };

/** What an agent may send after its handshake, by event name. */
export const agentEventSchemas = {
  heartbeat: z.object({
    now: z.unknown().optional(),
    running: running.default([]),
    sovereign: sovereignStateSchema.nullish(),
  }),
  processing_enter: z.object(held),
  processing_leave: z.object(held),
  task_complete: z.object({ ...held, result: z.unknown() }),
  task_failed: z.object({
    ...held,
    failure_source: z.enum(FAILURE_SOURCES),
    failure_reason: z.string().max(2_000),
  }),
} as const;
export type AgentEvents = { [E in keyof typeof agentEventSchemas]: z.output<(typeof agentEventSchemas)[E]> };

export const assignAckSchema = z.union([
  z.object({ accept: z.literal(true) }),
  z.object({ accept: z.literal(false), reason: z.string().max(500).default('declined') }),
]);

export interface TaskAssign {
  task_id: string;
  lease: number;
  task_type: string;
  attempt: number;
  payload: Record<string, unknown>;
  attempt_ms: number;
  /** ISO instant after which the task is dead. */
  deadline: string;
}

/** What the engine sends to an agent, by event name. */
export interface EngineToAgent {
  registered: {
    connection_epoch: number;
    heartbeat_ms: number;
    store_epoch: string;
    keep: string[];
    drop: string[];
  };
  task_assign: TaskAssign;
  task_cancel: { task_id: string; lease: number; reason: string };
  superseded: { by_instance: string };
}
