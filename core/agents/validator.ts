import { z } from 'zod';
import { tradingAnalysisResultSchema } from '../contract/result.ts';
import { marketContextSchema } from '../contract/task.ts';
import type { ReviewQuestion } from '../sovereign/hidden-hand-rule.ts';
import type { Asked } from '../sovereign/model.ts';
import type { Sovereign } from '../sovereign/sovereign.ts';
import { answered } from './answered.ts';
import { validatorPrompt } from './validator-prompt.ts';
import { TaskFailedError, type Work } from './work.ts';

export const VALIDATOR_CAPABILITIES = {
  sovereign_access: true,
  trading_signal: true,
  hidden_hand_validation: true,
} as const;

const payloadSchema = z.object({
  analysis: tradingAnalysisResultSchema
    .pick({
      symbol: true,
      timeframe: true,
      signal: true,
      original_confidence: true,
      risk_score: true,
      analyzed_at: true,
      wyckoff_phase: true,
      volume_trend: true,
    })
    .extend({ reasoning: z.string().catch('') }),
  market_context: marketContextSchema.nullable(),
});

/** Has an analysis looked at once more; what comes of it is the engine's to settle (R3b). */
export const validator =
  (sovereign: Pick<Sovereign<Asked & ReviewQuestion>, 'decide'>): Work =>
  async (task, tools) => {
    const payload = payloadSchema.safeParse(task.payload);
    if (!payload.success)
      throw new TaskFailedError(
        'invalid_result',
        `the task's payload cannot be read: ${payload.error.issues[0]?.message}`,
      );
    const { analysis, market_context } = payload.data;
    const { symbol, timeframe, reasoning } = analysis;
    const question = { symbol, analysis, reading: market_context ?? analysis };
    const prompt: Asked['prompt'] = (tokens) =>
      validatorPrompt({ ...question, timeframe, reasoning, market_context }, tokens);
    const answer = await answered(tools, (signal) => sovereign.decide({ ...question, prompt }, signal));
    return {
      symbol,
      timeframe,
      ...answer,
      // The signal stays the analyst's; another opinion of it is told.
      reasoning:
        answer.signal === analysis.signal ? answer.reasoning : `Would say ${answer.signal}: ${answer.reasoning}`,
      analyzed_at: analysis.analyzed_at,
      wyckoff_phase: question.reading.wyckoff_phase,
      volume_trend: question.reading.volume_trend,
    };
  };
