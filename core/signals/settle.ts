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
import { correctAnalyzedAt } from './analyzed-at.ts';
import { corrections } from './claims.ts';
import { FALLBACK_ADJUSTMENT } from './fallback.ts';
import { validateAgainstHiddenHand, validateSignal } from './hidden-hand.ts';
import { parseInstant, toIso } from './instant.ts';
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

const TOLERANCE = 0.005;
const refuse = (message: string): Settlement => ({ ok: false, message });

function agentReading(said: AgentResult): MarketReading | null {
  if (said.wyckoff_phase == null && said.volume_trend == null) return null;
  return {
    wyckoff_phase: phaseSchema.parse(said.wyckoff_phase),
    volume_trend: volumeTrendSchema.parse(said.volume_trend),
    tier: null,
  };
}

/** Why an agent's own adjustment cannot be trusted, or null where it adds up (R3a). */
function inconsistency(said: AgentResult, agent: MarketReading | null, engine: MarketReading | null): string | null {
  const original = said.original_confidence;
  if (original == null) {
    if (!said.degraded_inference && !said.phase_signal_conflict) return null;
    return 'degraded_inference or phase_signal_conflict says that confidence was lowered: send original_confidence too, or send the raw confidence without these flags';
  }
  if (said.confidence > original) return `confidence ${said.confidence} exceeds original_confidence ${original}`;
  const fallback = said.degraded_inference ? FALLBACK_ADJUSTMENT.multiplier : 1;
  const named = !said.phase_signal_conflict
    ? [1]
    : [
        validateAgainstHiddenHand(said.signal, agent?.wyckoff_phase ?? 'unknown', agent?.volume_trend ?? 'unknown')
          .multiplier,
        // A record that the engine itself damped comes back with the engine's multiplier.
        validateSignal(said.signal, agent, engine).multiplier,
      ];
  const expected = named.map((multiplier) => product(original, fallback, multiplier));
  if (expected.some((figure) => Math.abs(figure - said.confidence) <= TOLERANCE + 1e-9)) return null;
  return `confidence ${said.confidence} is not original_confidence ${original} times the multipliers that its flags name (${expected[0]}): send the raw confidence alone and the engine adjusts it`;
}

function agreedReading(said: MarketReading | null, analysis: AnalysisBasis | null): MarketReading | null {
  if (!analysis || (said && said.wyckoff_phase !== 'unknown')) return said;
  return { wyckoff_phase: analysis.wyckoff_phase, volume_trend: analysis.volume_trend, tier: null };
}

/** The figures of R1 to R3: where confidence starts, what lowers it, and what the trader reads of it. */
function adjust(said: AgentResult, input: SettleInput) {
  const { analysis } = input.task;
  const agent = agreedReading(agentReading(said), analysis);
  const engine = input.engineReading ?? analysis?.engine_reading ?? null;
  const signal = analysis?.signal ?? said.signal;
  const original = analysis?.original_confidence ?? said.original_confidence ?? said.confidence;
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

/**
 * Parses what an agent sent, corrects its time and adjusts its confidence (R1 to R3, R5, R11). The
 * engine settles every result itself; settling a settled result changes no figure.
 */
export function settle(input: SettleInput): Settlement {
  const parsed = agentResultSchema.safeParse(input.result);
  if (!parsed.success) return refuse(firstIssue(parsed.error.issues));
  const said = parsed.data;
  const { task } = input;
  if (said.symbol !== task.symbol) return refuse(`the task is about ${task.symbol}, the result names ${said.symbol}`);
  if (said.timeframe !== task.timeframe)
    return refuse(`the task is about timeframe ${task.timeframe}, the result names ${said.timeframe}`);
  if (task.stage === 'signal' && !task.analysis) return refuse('the analysis that this task validates is missing');
  const wrong = inconsistency(said, agentReading(said), input.engineReading ?? task.analysis?.engine_reading ?? null);
  if (wrong) return refuse(wrong);
  const analyzedAt =
    parseInstant(task.analysis?.analyzed_at) ??
    correctAnalyzedAt({ ...input, claimed: said.analyzed_at, lastBarClose: task.lastBarClose });
  const settled = {
    task_id: task.task_id,
    symbol: task.symbol,
    timeframe: task.timeframe,
    ...adjust(said, input),
    risk_score: said.risk_score,
    reasoning: said.reasoning,
    analyzed_at: toIso(analyzedAt),
    model: said.model ?? null,
    stage: task.stage,
    analysis_task_id: task.analysis?.task_id ?? null,
    origin: input.origin,
    context_tier: task.context_tier,
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
