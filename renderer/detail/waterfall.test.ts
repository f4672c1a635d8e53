import { describe, expect, it } from 'vitest';
import { waterfall } from './waterfall.ts';

describe('waterfall', () => {
  it('leads from what the model said to what is shown, each step with its reason', () => {
    const steps = waterfall({
      original_confidence: 0.9,
      confidence: 0.36,
      adjustments: [
        { kind: 'fallback_model_used', multiplier: 0.8, reason: 'a fallback model answered' },
        { kind: 'hidden_hand', multiplier: 0.5, reason: 'BUY in distribution on declining volume' },
      ],
    });
    expect(steps.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['said', 0, 0.9],
      ['fallback_model_used', 0.72, 0.9],
      ['hidden_hand', 0.36, 0.72],
      ['shown', 0, 0.36],
    ]);
    expect(steps[1]).toMatchObject({ label: 'A fallback model answered', multiplier: 0.8 });
  });

  it('has nothing between where nothing was adjusted', () => {
    const steps = waterfall({ original_confidence: 0.7, confidence: 0.7, adjustments: [] });
    expect(steps.map(({ kind }) => kind)).toEqual(['said', 'shown']);
  });
});
