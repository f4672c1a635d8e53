import { z } from 'zod';
import { sovereignStateSchema } from './sovereign-state.ts';
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
  'too_many_viewers',
  'circuit_open',
  'not_persisted',
  'too_large',
  'rate_limited',
  'shutting_down',
  'starting',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The refusal of a request: `retry` true means keep it and send it again later. */
export const refusalSchema = z.object({
  ok: z.literal(false),
  code: z.enum(ERROR_CODES),
  message: z.string(),
  retry: z.boolean(),
});
export type Refusal = z.output<typeof refusalSchema>;
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

const theirNow = z.unknown().optional().describe("the agent's clock, ISO 8601");

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
  now: theirNow,
  running: running.default([]),
});
export type AgentHandshake = z.output<typeof agentHandshakeSchema>;

const held = { task_id: z.string().min(1).max(256), lease };

/** What an agent may send after its handshake, by event name. */
export const agentEventSchemas = {
  heartbeat: z.object({
    now: theirNow,
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

const named = { task_id: z.string(), lease };

/** What the engine sends to an agent, by event name. */
export const engineToAgentSchemas = {
  registered: z.object({
    /** Rises with each connection of the agent_id. */
    connection_epoch: z.number().int(),
    heartbeat_ms: z.number().int().positive(),
    store_epoch: z.string(),
    /** Of the tasks that the agent named as running: those to go on with, and those to leave. */
    keep: z.array(z.string()),
    drop: z.array(z.string()),
  }),
  task_assign: z.object({
    ...named,
    task_type: z.string(),
    /** 1 for the first; a slow model's time-outs are not counted. */
    attempt: z.number().int(),
    payload: z.record(z.string(), z.unknown()),
    attempt_ms: z.number().int().positive(),
    /** ISO instant after which the task is dead. */
    deadline: z.string(),
  }),
  task_cancel: z.object({ ...named, reason: z.string() }),
  superseded: z.object({ by_instance: z.string() }),
} as const;
export type EngineToAgent = {
  [E in keyof typeof engineToAgentSchemas]: z.output<(typeof engineToAgentSchemas)[E]>;
};
export type TaskAssign = EngineToAgent['task_assign'];

/** What a beat is answered with, where it is taken. */
export const heartbeatReplySchema = z.object({
  ok: z.literal(true),
  now: z.string(),
  /** Of the tasks that the beat named: those whose lease is no longer in force. */
  drop: z.array(z.string()),
});

/** What a completion is answered with, once it is on disk. */
export const completionReplySchema = z.object({
  ok: z.literal(true),
  status: z.enum(['stored', 'duplicate']),
  /** Of the one stored completion of the task; null where it has none and this one is kept as late. */
  offset: z.number().int().nullable(),
});
