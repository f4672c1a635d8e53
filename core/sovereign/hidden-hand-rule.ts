import type { MarketReading, Signal } from '../contract/result.ts';
import { validateAgainstHiddenHand } from '../signals/hidden-hand.ts';
import { byRules, type Model } from './model.ts';

/** An analysis to look at once more, and the market that it stands in. */
export interface ReviewQuestion {
  symbol: string;
  analysis: { signal: Signal; original_confidence: number; risk_score: number };
  reading: Pick<MarketReading, 'wyckoff_phase' | 'volume_trend'>;
}

/** Holds an analysis against the phase: no model, the rule alone. */
export const hiddenHandRule: Model<ReviewQuestion> = {
  name: 'rules-hidden-hand',
  async answer({ analysis, reading }) {
    const verdict = validateAgainstHiddenHand(analysis.signal, reading.wyckoff_phase, reading.volume_trend);
    return byRules({
      signal: analysis.signal,
      confidence: analysis.original_confidence,
      risk_score: analysis.risk_score,
      reasoning: `Checked against the phase: ${verdict.reason}.`,
    });
  },
  state: () => ({ is: 'ready' }),
  onChange() {},
};
