import { z } from 'zod';
import { marketReadingSchema, symbolSchema, timeframeSchema, tradingAnalysisResultSchema } from './result.ts';
import { whyNotStorable } from './storable.ts';

/** Capabilities that an agent must have, as own and true, to be given a task of the type. */
export const TASK_CAPABILITY_MAP = {
  trading_analysis: ['sovereign_access', 'trading_analysis'],
  trading_signal: ['sovereign_access', 'trading_signal', 'hidden_hand_validation'],
} as const satisfies Record<string, readonly string[]>;
export type TradingTaskType = keyof typeof TASK_CAPABILITY_MAP;

export const isTradingTaskType = (type: string): type is TradingTaskType => Object.hasOwn(TASK_CAPABILITY_MAP, type);

/** What a task of this type requires; a type of the user's own requires nothing. */
export const requiredCapabilities = (taskType: string): readonly string[] =>
  isTradingTaskType(taskType) ? TASK_CAPABILITY_MAP[taskType] : [];

/** An unknown type that begins so is a typo, and must not reach an agent that cannot do it. */
const taskTypeSchema = z
  .string()
  .regex(/^[A-Za-z][\w.-]{0,63}$/, 'a task type is a letter, then letters, digits, "_", "." or "-"')
  .refine((type) => !type.startsWith('trading_') || isTradingTaskType(type), {
    error: `unknown trading task type: use ${Object.keys(TASK_CAPABILITY_MAP).join(' or ')}`,
  });

export const FAILURE_SOURCES = ['sovereign_timeout', 'network_error', 'agent_crash', 'invalid_result'] as const;
export type FailureSource = (typeof FAILURE_SOURCES)[number];

/** [open time (epoch ms), open, high, low, close, volume] */
export const barRowSchema = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]);
export type BarRow = z.output<typeof barRowSchema>;

export const marketContextSchema = z.object({
  ...marketReadingSchema.shape,
  events: z.array(z.object({ time: z.string(), kind: z.string(), value: z.number() })),
  range: z.object({ support: z.number(), resistance: z.number() }).nullable(),
});
/** The engine's reading of the bars that a task is about. */
export type MarketContext = z.output<typeof marketContextSchema>;

export const analysisPayloadSchema = z.object({
  symbol: symbolSchema,
  timeframe: timeframeSchema,
  market_context: marketContextSchema.nullable(),
  /** Closed bars, oldest first. */
  bars: z.array(barRowSchema),
  context_tier: z.string().nullable(),
});

/** Of a follow-up; a task that was submitted by hand carries the analysis that came with it. */
export const signalPayloadSchema = z.object({
  symbol: symbolSchema,
  timeframe: timeframeSchema,
  analysis: tradingAnalysisResultSchema,
  market_context: marketContextSchema.nullable(),
});

export const DEFAULT_DEADLINE_MS = 15 * 60_000;

export const submitSchema = z
  .object({
    task_type: taskTypeSchema,
    symbol: symbolSchema.optional(),
    timeframe: timeframeSchema.optional(),
    payload: z
      .record(z.string(), z.unknown())
      .superRefine((payload, context) => {
        const why = whyNotStorable(payload);
        if (why) context.addIssue({ code: 'custom', message: why });
      })
      .optional(),
    priority: z.number().int().min(-100).max(100).default(0),
    deadline_ms: z
      .number()
      .int()
      .positive()
      .max(7 * 86_400_000)
      .default(DEFAULT_DEADLINE_MS),
  })
  .refine((task) => !isTradingTaskType(task.task_type) || (task.symbol !== undefined && task.timeframe !== undefined), {
    error: 'symbol and timeframe are required for trading tasks',
  });
export type Submit = z.output<typeof submitSchema>;

const WAITING_REASONS = [
  'no_capable_agent',
  'all_busy',
  'circuit_open',
  'sovereign_open',
  'paused',
  'backing_off',
] as const;
export type WaitingReason = (typeof WAITING_REASONS)[number];

/** One attempt that failed, kept with its task. */
const taskFailureSchema = z.object({
  failure_source: z.enum([...FAILURE_SOURCES, 'deadline']),
  failure_reason: z.string(),
  at: z.string(),
  agent_id: z.string().nullable(),
});
export type TaskFailure = z.output<typeof taskFailureSchema>;

/** A task as HTTP shows it. */
export const taskViewSchema = z.object({
  task_id: z.string(),
  task_type: z.string(),
  symbol: z.string().nullable(),
  timeframe: z.string().nullable(),
  state: z.enum(['queued', 'assigned', 'committing', 'completed', 'dead', 'cancelled']),
  /** Why it waits, or how it ended. */
  reason: z.string().nullable(),
  /** Capabilities that no connected agent has together. */
  missing: z.array(z.string()),
  priority: z.number().int(),
  /** Attempts used up. */
  attempt: z.number().int(),
  agent: z.string().nullable(),
  lease: z.number().int().nullable(),
  failures: z.array(taskFailureSchema),
  created_at: z.string(),
  deadline: z.string(),
  ended_at: z.string().nullable(),
  offset: z.number().int().nullable(),
  analysis_task_id: z.string().nullable(),
  /** What was stored for it, where one task is asked for and it is completed. */
  result: z.unknown().optional(),
});
export type TaskView = z.output<typeof taskViewSchema>;
