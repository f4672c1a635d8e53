import type { MarketContext } from '../contract/task.ts';
import { tokensAtMost } from '../kit/tokens.ts';
import { readingText } from '../market/context-tiers.ts';
import type { ReviewQuestion } from '../sovereign/hidden-hand-rule.ts';
import type { Prompt } from '../sovereign/model.ts';
import { dataLine, OUTSIDE_RULE } from './outside-text.ts';

export interface ValidatorQuestion extends ReviewQuestion {
  timeframe: string;
  reasoning: string;
  market_context: MarketContext | null;
}

const SYMBOL_CHARS = 32;
const REASONING_CHARS = 1_000;

const SYSTEM = [
  'You look once more at an analyst’s signal on one market, against the reading of its Wyckoff phase.',
  'Answer with your own signal, confidence and risk_score; in reasoning say what speaks for the analyst’s signal and what against it.',
  OUTSIDE_RULE,
].join('\n');

/** The question of a validation in words that take at most so many tokens. */
export function validatorPrompt(question: ValidatorQuestion, tokens: number): Prompt {
  const { symbol, timeframe, analysis, reading, reasoning, market_context } = question;
  const lines = [
    dataLine('symbol', symbol, SYMBOL_CHARS),
    `timeframe ${timeframe}`,
    `the analyst says ${analysis.signal}, confidence ${analysis.original_confidence}, risk_score ${analysis.risk_score}`,
    `phase ${reading.wyckoff_phase}, volume ${reading.volume_trend}`,
    ...(market_context ? [readingText(market_context)] : []),
  ];
  const all = [...lines, dataLine('analyst', reasoning, REASONING_CHARS)];
  const fits = tokensAtMost([SYSTEM, ...all].join('\n')) <= tokens;
  return { system: SYSTEM, user: (fits ? all : lines).join('\n'), context_tier: null };
}
