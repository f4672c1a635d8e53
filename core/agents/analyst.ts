import { analysisPayloadSchema } from '../contract/task.ts';
import type { Clock } from '../kit/clock.ts';
import { toIso } from '../signals/instant.ts';
import type { Asked, BarsQuestion } from '../sovereign/model.ts';
import type { Sovereign } from '../sovereign/sovereign.ts';
import { analystPrompt } from './analyst-prompt.ts';
import { answered } from './answered.ts';
import { TaskFailedError, type Work } from './work.ts';

export const ANALYST_CAPABILITIES = { sovereign_access: true, trading_analysis: true } as const;

/** Asks the Sovereign about the bars of a trading_analysis; raw figures only, the engine adjusts (R3). */
export const analyst =
  (sovereign: Pick<Sovereign<Asked & BarsQuestion>, 'decide'>, clock: Pick<Clock, 'now'>): Work =>
  async (task, tools) => {
    const payload = analysisPayloadSchema.safeParse(task.payload);
    if (!payload.success)
      throw new TaskFailedError(
        'invalid_result',
        `the task's payload cannot be read: ${payload.error.issues[0]?.message}`,
      );
    const { symbol, timeframe, bars, market_context } = payload.data;
    const prompt: Asked['prompt'] = (tokens) =>
      analystPrompt({ symbol, timeframe, bars, market_context, payload: task.payload }, tokens);
    const answer = await answered(tools, (signal) => sovereign.decide({ symbol, bars, prompt }, signal));
    return {
      symbol,
      timeframe,
      ...answer,
      analyzed_at: toIso(clock.now()),
      wyckoff_phase: market_context?.wyckoff_phase,
      volume_trend: market_context?.volume_trend,
    };
  };
