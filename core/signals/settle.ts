import {
  type AgentResult,
  agentResultSchema,
  type MarketReading,
  type Origin,
  phaseSchema,
  type SettledResult,
  type Stage,
  volumeTrendSchema,
} from '../contract/result.ts';
import type { AnalysisBasis } from './analysis-basis.ts';
import { correctAnalyzedAt, inheritAnalyzedAt } from './analyzed-at.ts';
import { corrections } from './claims.ts';
import { FALLBACK_ADJUSTMENT } from './fallback.ts';
import { validateSignal } from './hidden-hand.ts';
import { toIso } from './instant.ts';
import { inconsistency, type OwnReadings } from './own-adjustment.ts';
import { product } from './product.ts';

export interface SettleInput {
  /** What the agent sent, unparsed. */
  result: unknown;
  task: {
    task_id: string;
    symbol: string;
    timeframe: string;
    stage: Stage;
    /** The stored analysis that a signal-stage task validates (R3b). */
    analysis: AnalysisBasis | null;
    context_tier: string | null;
    lastBarClose: number | null;
  };
  /** The engine's own reading of its bars for this task; null where it holds none. */
  engineReading: MarketReading | null;
  origin: Origin;
  agent_id: string;
  clockOffsetMs: number;
  attempt: number;
  /** Epoch ms of engine time. */
  receivedAt: number;
  completedAt: number;
  /** The market clock, epoch ms; equals the engine's time where the origin is live. */
  marketTime: number;
}

export type Settlement =
  | { ok: true; result: SettledResult; rawContent: string | null }
  | { ok: false; message: string };

const refuse = (message: string): Settlement => ({ ok: false, message });

/** What was sent, what stands for the agent, and what the engine reads for itself (R3b, R3c). */
function readingsOf(said: AgentResult, { task, engineReading }: SettleInput): OwnReadings {
  const { analysis } = task;
  const sent: MarketReading | null =
    said.wyckoff_phase == null && said.volume_trend == null
      ? null
      : {
          wyckoff_phase: phaseSchema.parse(said.wyckoff_phase),
          volume_trend: volumeTrendSchema.parse(said.volume_trend),
          tier: null,
        };
  const named = sent !== null && sent.wyckoff_phase !== 'unknown';
  const standing =
    analysis && !named
      ? { wyckoff_phase: analysis.wyckoff_phase, volume_trend: analysis.volume_trend, tier: null }
      : sent;
  return { sent, standing, engine: engineReading ?? analysis?.engine_reading ?? null };
}

/** The figures of R1 to R3: where confidence starts, what lowers it, and what the trader reads of it. */
function adjust(said: AgentResult, analysis: AnalysisBasis | null, { standing: agent, engine }: OwnReadings) {
  const signal = analysis?.signal ?? said.signal;
  // Rounded as the product is, so that what nothing lowers cannot come out above its original.
  const original = product(analysis?.original_confidence ?? said.original_confidence ?? said.confidence);
  const fallback = Boolean(said.fallback_used || said.degraded_inference || analysis?.fallback_used);
  const decision = validateSignal(signal, agent, engine);
  const conflict = decision.multiplier < 1;
  const adjustments: SettledResult['adjustments'] = [];
  if (fallback) adjustments.push(FALLBACK_ADJUSTMENT);
  if (conflict) adjustments.push({ kind: 'hidden_hand', multiplier: decision.multiplier, reason: decision.reason });
  return {
    signal,
    confidence: product(original, ...adjustments.map((one) => one.multiplier)),
    original_confidence: original,
    adjustments,
    fallback_used: fallback,
    degraded_inference: fallback,
    degradation_reason: fallback ? ('fallback_model_used' as const) : null,
    phase_signal_conflict: conflict,
    hidden_hand_warning: conflict ? decision.reason : null,
    wyckoff_phase: decision.reading?.wyckoff_phase ?? ('unknown' as const),
    volume_trend: decision.reading?.volume_trend ?? ('unknown' as const),
    market_readings: { agent, engine },
  };
}

const firstIssue = (issues: readonly { path: readonly PropertyKey[]; message: string }[]): string =>
  issues
    .map((issue) => `${issue.path.join('.') || 'result'}: ${issue.message}`)
    .slice(0, 3)
    .join('; ');

/** Whether the result is about what the task is about, or why not (R11, R12). */
function misaddressed(said: AgentResult, { task, origin }: SettleInput): string | null {
  const { analysis } = task;
  if (said.symbol !== task.symbol) return `symbol: the task is about ${task.symbol}, the result names ${said.symbol}`;
  if (said.timeframe !== task.timeframe)
    return `timeframe: the task is about ${task.timeframe}, the result names ${said.timeframe}`;
  if (task.stage === 'analysis') return null;
  if (!analysis) return 'analysis: the one that this task validates is missing';
  if (analysis.symbol !== task.symbol || analysis.timeframe !== task.timeframe)
    return `analysis: the task is about ${task.symbol} ${task.timeframe}, its analysis about ${analysis.symbol} ${analysis.timeframe}`;
  if (analysis.origin && analysis.origin !== origin)
    return `analysis: its origin is ${analysis.origin}, this engine's is ${origin}`;
  return null;
}

/**
 * Parses what an agent sent, corrects its time and adjusts its confidence (R1 to R3, R5, R11). The
 * engine settles every result itself; settling a settled result changes no figure.
 */
export function settle(input: SettleInput): Settlement {
  const parsed = agentResultSchema.safeParse(input.result);
  if (!parsed.success) return refuse(firstIssue(parsed.error.issues));
  const said = parsed.data;
  const { task } = input;
  const readings = readingsOf(said, input);
  const wrong = misaddressed(said, input) ?? inconsistency(said, readings);
  if (wrong) return refuse(wrong);
  const receipt = { ...input, lastBarClose: task.lastBarClose };
  const analyzedAt = task.analysis
    ? inheritAnalyzedAt(task.analysis.analyzed_at, receipt)
    : correctAnalyzedAt({ ...receipt, claimed: said.analyzed_at });
  const settled = {
    task_id: task.task_id,
    symbol: task.symbol,
    timeframe: task.timeframe,
    ...adjust(said, task.analysis, readings),
    risk_score: said.risk_score,
    reasoning: said.reasoning,
    analyzed_at: toIso(analyzedAt),
    model: said.model ?? null,
    stage: task.stage,
    analysis_task_id: task.analysis?.task_id ?? null,
    origin: input.origin,
    context_tier: said.context_tier ?? task.context_tier,
    usage: said.usage ?? null,
    attempt: input.attempt,
    completed_by: input.agent_id,
    received_at: toIso(input.receivedAt),
    completed_at: toIso(input.completedAt),
  };
  return {
    ok: true,
    result: { ...settled, claimed: corrections(said, settled) },
    rawContent: said.raw_content ?? null,
  };
}
