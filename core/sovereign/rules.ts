import type { Signal } from '../contract/result.ts';
import type { BarRow } from '../contract/task.ts';
import { average, closes, momentum, trueRange } from './indicators.ts';
import { type BarsQuestion, byRules, type Model, ModelRefusedError, type Opinion } from './model.ts';

const PRIMARY_BARS = 200;
const FALLBACK_BARS = 20;
const ATR_BARS = 14;

const hundredths = (share: number): number => Math.round(share * 100) / 100;
const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Strength beyond the threshold is an opinion; the stronger, the surer, but never certain. */
function opinion(strength: number, threshold: number, risk: number, reasoning: string): Opinion {
  const signal: Signal = Math.abs(strength) < threshold ? 'HOLD' : strength > 0 ? 'BUY' : 'SELL';
  const confidence =
    signal === 'HOLD' ? 0.6 - (0.1 * Math.abs(strength)) / threshold : 0.55 + 0.1 * (Math.abs(strength) - threshold);
  return {
    signal,
    confidence: hundredths(within(confidence, 0.3, 0.9)),
    risk_score: hundredths(within(risk, 0, 1)),
    reasoning,
  };
}

/** Recent range against the longer one: 0.5 where the market moves as usual, 1 at twice that. */
const riskOf = (bars: readonly BarRow[]): number => {
  const usual = trueRange(bars, bars.length - 1);
  return usual > 0 ? 0.5 * (trueRange(bars, Math.min(ATR_BARS, bars.length - 1)) / usual) : 0.5;
};

function need(question: BarsQuestion, name: string, bars: number): readonly BarRow[] {
  if (question.bars.length < bars)
    throw new ModelRefusedError(
      `${name} needs ${bars} closed bars of ${question.symbol}, there are ${question.bars.length}`,
    );
  return question.bars.slice(-bars);
}

/** Rules that run in this process always answer. */
const rule = (name: string, judge: (question: BarsQuestion) => Opinion): Model<BarsQuestion> => ({
  name,
  answer: async (question) => byRules(judge(question)),
  state: () => ({ is: 'ready' }),
  onChange() {},
});

/** The trend of 50 bars within that of 200, in units of the usual range. */
const trendModel = rule('rules-trend', (question) => {
  const bars = need(question, 'rules-trend', PRIMARY_BARS);
  const prices = closes(bars);
  const range = trueRange(bars, ATR_BARS) || Number.EPSILON;
  const gap = (average(prices, 50) - average(prices, PRIMARY_BARS)) / range;
  const pull = ((prices.at(-1) ?? 0) - average(prices, 50)) / range;
  const strength = within(0.35 * gap, -3, 3) + within(0.25 * pull, -1, 1);
  const side = gap > 0 ? 'above' : 'below';
  return opinion(
    strength,
    0.8,
    riskOf(bars),
    `The 50-bar average is ${Math.abs(gap).toFixed(1)} ranges ${side} the 200-bar average; the close is ${Math.abs(pull).toFixed(1)} ranges ${pull > 0 ? 'above' : 'below'} the 50-bar average.`,
  );
});

/** The last 20 bars' move in units of its own noise: little to go by, hence the fallback. */
const momentumModel = rule('rules-momentum', (question) => {
  const bars = need(question, 'rules-momentum', FALLBACK_BARS);
  const strength = momentum(closes(bars));
  return opinion(
    strength,
    1,
    riskOf(bars),
    `Over ${FALLBACK_BARS} bars the price moved ${Math.abs(strength).toFixed(1)} times its own noise ${strength > 0 ? 'up' : 'down'}.`,
  );
});

/** The built-in rules: a primary that needs 200 bars and a weaker fallback that needs 20. */
export const builtInRules: { primary: Model<BarsQuestion>; fallback: Model<BarsQuestion> } = {
  primary: trendModel,
  fallback: momentumModel,
};
