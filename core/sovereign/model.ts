import type { Signal } from '../contract/result.ts';
import type { BarRow } from '../contract/task.ts';
import { AuroraError } from '../kit/errors.ts';

/** Room that the longest question takes, whatever it is about; the agents' tests hold it to that. */
export const PROMPT_TOKENS_MIN = 3_000;

/** What a language model is asked. */
export interface Prompt {
  /** What it is to do. */
  system: string;
  /** What it is to judge; text from outside stands in here as data. */
  user: string;
  /** How much of the market is in it; null where the question is not about bars. */
  context_tier: string | null;
}

/** A question that can be put into words. */
export interface Asked {
  /** What the answer has to be about. */
  symbol: string;
  /** In words that take at most so many tokens. */
  prompt(tokens: number): Prompt;
}

/** A question about closed bars, oldest first. */
export interface BarsQuestion {
  symbol: string;
  bars: readonly BarRow[];
}

/** A model's opinion; `confidence` and `risk_score` are shares of 1. */
export interface Opinion {
  signal: Signal;
  confidence: number;
  risk_score: number;
  reasoning: string;
}

/** What an answer took; cost is null where the model's price is not known. */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  cost_usd: number | null;
}

export interface ModelAnswer extends Opinion {
  /** The model's own words, for the audit. */
  raw_content: string | null;
  usage: Usage | null;
  context_tier: string | null;
}

export interface SovereignAnswer extends ModelAnswer {
  model: string;
  fallback_used: boolean;
}

/** When an answer is no longer wanted. */
export interface Patience {
  /** Aborted once nobody waits for it. */
  signal: AbortSignal;
  /** Monotonic ms until when it is worth having. */
  until: number;
}

/** Whether a model can be asked, and why not; `capped` is open, and nothing else is to be asked in its place. */
export type ModelState = { is: 'ready' } | { is: 'half_open' | 'open' | 'capped'; reason: string };

/** Something that answers questions of one kind. */
export interface Model<Question> {
  readonly name: string;
  /** Throws ModelFailure or ModelRefusedError where it cannot answer; a failure is never a signal (R11). */
  answer(question: Question, patience: Patience): Promise<ModelAnswer>;
  state(): ModelState;
  onChange(listener: () => void): void;
}

/** The model was asked what it cannot know. */
export class ModelRefusedError extends AuroraError {
  readonly code = 'AURORA_MODEL_REFUSED';
}

/** What a model of rules says: no words of its own, and nothing to pay. */
export const byRules = (opinion: Opinion): ModelAnswer => ({
  ...opinion,
  raw_content: null,
  usage: null,
  context_tier: null,
});
