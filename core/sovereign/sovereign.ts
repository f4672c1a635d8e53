import { messageOf } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';
import type { Model, Question, SovereignAnswer } from './model.ts';

export interface Sovereign {
  /** The primary's answer, else the fallback's, which says so; throws where neither can answer. */
  decide(question: Question): Promise<SovereignAnswer>;
}

export function createSovereign({ primary, fallback, log }: { primary: Model; fallback: Model; log: Log }): Sovereign {
  return {
    async decide(question) {
      try {
        return { ...(await primary.answer(question)), model: primary.name, fallback_used: false };
      } catch (error) {
        log.info(
          { symbol: question.symbol, primary: primary.name, fallback: fallback.name, reason: messageOf(error) },
          'fallback model asked',
        );
        return { ...(await fallback.answer(question)), model: fallback.name, fallback_used: true };
      }
    },
  };
}
