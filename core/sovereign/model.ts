import type { Signal } from '../contract/result.ts';
import type { BarRow } from '../contract/task.ts';
import { AuroraError } from '../kit/errors.ts';

/** What a model is asked about: closed bars, oldest first. */
export interface Question {
  symbol: string;
  timeframe: string;
  bars: readonly BarRow[];
}

/** A model's opinion; `confidence` and `risk_score` are shares of 1. */
export interface Opinion {
  signal: Signal;
  confidence: number;
  risk_score: number;
  reasoning: string;
}

export interface SovereignAnswer extends Opinion {
  model: string;
  fallback_used: boolean;
}

export interface Model {
  readonly name: string;
  /** Throws where it cannot answer; a failure is never a signal (R11). */
  answer(question: Question): Promise<Opinion>;
}

/** The model was asked what it cannot know. */
export class ModelRefusedError extends AuroraError {
  readonly code = 'AURORA_MODEL_REFUSED';
}
