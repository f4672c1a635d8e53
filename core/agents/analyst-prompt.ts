import { tokensAtMost } from '../kit/tokens.ts';
import { CONTEXT_TOKENS_MIN, contextText, type MarketView } from '../market/context-tiers.ts';
import type { Prompt } from '../sovereign/model.ts';
import { dataLine, OUTSIDE_RULE, outsideLines } from './outside-text.ts';

export interface AnalystQuestion extends MarketView {
  symbol: string;
  timeframe: string;
  /** The task's payload: notes and news may stand in it. */
  payload: Readonly<Record<string, unknown>>;
}

const SYMBOL_CHARS = 32;
/** Notes and news take no more than this, and no more than half of what the market leaves. */
const OUTSIDE_TOKENS = 4_000;

const SYSTEM = [
  'You judge one market from its closed bars and from a reading of its Wyckoff phase.',
  'confidence is how sure you are of the signal, risk_score how much can go wrong. Say HOLD where that is your judgement, not where you do not know.',
  OUTSIDE_RULE,
].join('\n');

/** The question of a trading analysis in words that take at most so many tokens. */
export function analystPrompt({ symbol, timeframe, payload, ...view }: AnalystQuestion, tokens: number): Prompt {
  const head = [dataLine('symbol', symbol, SYMBOL_CHARS), `timeframe ${timeframe}`].join('\n');
  const room = tokens - tokensAtMost(`${SYSTEM}${head}\n`);
  const outside = outsideLines(payload, Math.min(OUTSIDE_TOKENS, (room - CONTEXT_TOKENS_MIN) / 2));
  const tail = outside.map((line) => `\n${line}`).join('');
  const { tier, text } = contextText(view, room - tokensAtMost(tail));
  return { system: SYSTEM, user: `${head}\n${text}${tail}`, context_tier: tier };
}
