import { z } from 'zod';

export const SIGNALS = ['BUY', 'SELL', 'HOLD'] as const;
export type Signal = (typeof SIGNALS)[number];

/** Wyckoff phase of the recent bars; `unknown` when they do not tell. */
export const WYCKOFF_PHASES = ['accumulation', 'markup', 'distribution', 'markdown', 'unknown'] as const;
export type WyckoffPhase = (typeof WYCKOFF_PHASES)[number];

export const VOLUME_TRENDS = ['rising', 'flat', 'declining', 'unknown'] as const;
export type VolumeTrend = (typeof VOLUME_TRENDS)[number];

/** What a reading of the market may cost: tier 1 may halve, any other damps at most; 0 is ungraded (R3c). */
export const TIERS = [0, 1, 2] as const;
export type Tier = (typeof TIERS)[number];

export const ORIGINS = ['live', 'replay', 'backtest'] as const;
export type Origin = (typeof ORIGINS)[number];

export const STAGES = ['analysis', 'signal'] as const;
export type Stage = (typeof STAGES)[number];

const normalised = <T extends string>(words: readonly T[], claim: unknown): T | 'unknown' => {
  const word = typeof claim === 'string' ? claim.trim().toLowerCase() : '';
  return words.find((known) => known === word) ?? 'unknown';
};

/** Half a surrogate pair, which a cut text ends in, cannot be hashed (RFC 8785). */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .overwrite((said) => said.toWellFormed());

const share = z.number().min(0).max(1);

export const symbolSchema = z
  .string()
  .min(1)
  .max(32)
  .regex(/^[^\p{C}\s]+$/u, 'a symbol has no spaces or control characters');

/** A count and one of m h d w M: `5m`, `1d`, `1M`. */
export const timeframeSchema = z
  .string()
  .regex(/^[1-9]\d{0,3}[mhdwM]$/, 'a timeframe is a count and one of m h d w M, such as 5m or 1d');

const usageSchema = z.object({
  input_tokens: z.number().nonnegative().optional(),
  output_tokens: z.number().nonnegative().optional(),
  cost_usd: z.number().nonnegative().optional(),
});

/** The most text an agent may send as reasoning; longer is refused, not cut. */
const REASONING_MAX = 8_000;
/** A result as an agent sends it; unknown fields are ignored. `confidence` and `risk_score` are shares of 1. */
export const agentResultSchema = z.object({
  symbol: symbolSchema,
  timeframe: timeframeSchema,
  signal: z
    .string()
    .trim()
    .toUpperCase()
    .pipe(z.enum(SIGNALS))
    .describe(`${SIGNALS.join(', ')}, in any case`),
  confidence: share,
  risk_score: share,
  reasoning: text(REASONING_MAX),
  // R5 decides what a missing or unreadable time becomes.
  analyzed_at: z.unknown().optional().describe('ISO 8601; without a zone it is UTC'),
  model: text(200).nullish(),
  fallback_used: z.boolean().nullish(),
  wyckoff_phase: z
    .unknown()
    .optional()
    .describe(`${WYCKOFF_PHASES.join(', ')}; anything else counts as unknown`),
  volume_trend: z
    .unknown()
    .optional()
    .describe(`${VOLUME_TRENDS.join(', ')}; anything else counts as unknown`),
  original_confidence: share.nullish(),
  degraded_inference: z.boolean().nullish(),
  phase_signal_conflict: z.boolean().nullish(),
  hidden_hand_warning: text(2_000).nullish(),
  adjusted_confidence: z.unknown().optional().describe('a claim: kept where it differs, never used'),
  usage: usageSchema.nullish(),
  context_tier: text(32).nullish().describe('how much of the task the model was told, where that is less than all'),
  raw_content: z.string().nullish(),
});
export type AgentResult = z.output<typeof agentResultSchema>;

/** Any case accepted; missing or unlisted becomes `unknown` before any rule. */
export const phaseSchema = z
  .unknown()
  .optional()
  .transform((claim) => normalised(WYCKOFF_PHASES, claim))
  .pipe(z.enum(WYCKOFF_PHASES));
export const volumeTrendSchema = z
  .unknown()
  .optional()
  .transform((claim) => normalised(VOLUME_TRENDS, claim))
  .pipe(z.enum(VOLUME_TRENDS));

/** One reading of the market: the agent's own, or the engine's from its bars. */
export const marketReadingSchema = z.object({
  wyckoff_phase: phaseSchema,
  volume_trend: volumeTrendSchema,
  tier: z.union([z.literal(0), z.literal(1), z.literal(2)]).nullable(),
});
export type MarketReading = z.output<typeof marketReadingSchema>;

export const ADJUSTMENT_KINDS = ['fallback_model_used', 'hidden_hand'] as const;
const adjustmentSchema = z.object({
  kind: z.enum(ADJUSTMENT_KINDS),
  multiplier: share,
  reason: z.string(),
});
export type Adjustment = z.output<typeof adjustmentSchema>;

/** A result as settled; times are ISO 8601 UTC with milliseconds and Z. */
const settledShape = {
  task_id: z.string(),
  symbol: symbolSchema,
  timeframe: timeframeSchema,
  signal: z.enum(SIGNALS),
  /** After all adjustments: this is the adjusted confidence. */
  confidence: share,
  risk_score: share,
  reasoning: z.string(),
  wyckoff_phase: z.enum(WYCKOFF_PHASES),
  volume_trend: z.enum(VOLUME_TRENDS),
  degraded_inference: z.boolean(),
  hidden_hand_warning: z.string().nullable(),
  analyzed_at: z.string(),
  original_confidence: share,
  adjustments: z.array(adjustmentSchema),
  degradation_reason: z.literal('fallback_model_used').nullable(),
  phase_signal_conflict: z.boolean(),
  market_readings: z.object({
    agent: marketReadingSchema.nullable(),
    engine: marketReadingSchema.nullable(),
  }),
  model: z.string().nullable(),
  fallback_used: z.boolean(),
  stage: z.enum(STAGES),
  analysis_task_id: z.string().nullable(),
  origin: z.enum(ORIGINS),
  context_tier: z.string().nullable(),
  usage: usageSchema.nullable(),
  attempt: z.number().int(),
  /** What the agent said where the engine corrected it. */
  claimed: z.record(z.string(), z.unknown()),
  completed_by: z.string(),
  received_at: z.string(),
  completed_at: z.string(),
};

const settledResultSchema = z.object(settledShape);
/** What `settle` returns and the writer takes. */
export type SettledResult = z.output<typeof settledResultSchema>;

/** A stored record: settled, and what the writer alone gives it. */
export const tradingAnalysisResultSchema = z.object({
  ...settledShape,
  /** sha256 of the model's own text, which is kept apart; null where the agent sent none. */
  raw_content_hash: z.string().nullable(),
  latency_ms: z.record(z.string(), z.number()),
  persisted_at: z.string(),
  store_epoch: z.string(),
  offset: z.number().int(),
  hash: z.string(),
});
export type TradingAnalysisResult = z.output<typeof tradingAnalysisResultSchema>;
