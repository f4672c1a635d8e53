import type { AgentResult } from '../contract/result.ts';
import { ModelFailure } from '../sovereign/failure.ts';
import { ModelRefusedError, type SovereignAnswer } from '../sovereign/model.ts';
import { TaskFailedError, type WorkTools } from './work.ts';

type Answered = Pick<
  AgentResult,
  | 'signal'
  | 'confidence'
  | 'risk_score'
  | 'reasoning'
  | 'model'
  | 'fallback_used'
  | 'usage'
  | 'context_tier'
  | 'raw_content'
>;

/** The Sovereign's answer as it goes into a result; a failure gives the task back with its source and reason (R10). */
export async function answered(
  tools: WorkTools,
  ask: (signal: AbortSignal) => Promise<SovereignAnswer>,
): Promise<Answered> {
  const { usage, ...answer } = await tools
    .sovereign(() => ask(tools.signal))
    .catch((error: unknown) => {
      if (error instanceof ModelFailure) throw new TaskFailedError(error.source, error.message, { cause: error });
      if (error instanceof ModelRefusedError)
        throw new TaskFailedError('invalid_result', error.message, { cause: error });
      throw error;
    });
  return { ...answer, usage: usage && { ...usage, cost_usd: usage.cost_usd ?? undefined } };
}
