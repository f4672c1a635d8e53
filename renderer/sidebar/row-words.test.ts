import { describe, expect, it } from 'vitest';
import { anUpdate } from '../testing/an-update.ts';
import { degradedReason, hiddenHandReason, phaseReason, rowName } from './row-words.ts';

const adjusted = anUpdate({
  confidence: 0.36,
  original_confidence: 0.9,
  degraded: true,
  model: 'rules-hidden-hand',
  warning: 'BUY in distribution on declining volume: potential upthrust, confidence halved',
  wyckoff_phase: 'distribution',
  volume_trend: 'declining',
  adjustments: [{ kind: 'fallback_model_used', multiplier: 0.8, reason: 'a fallback model answered' }],
});

describe('a row in words', () => {
  it('has the whole row in its name', () => {
    expect(rowName(adjusted)).toBe('ADA/BTC 5m BUY 36% degraded hidden hand');
    expect(rowName(anUpdate({ stage: 'analysis' }))).toBe('ADA/BTC 5m BUY 80% provisional');
  });

  it('gives the reason of each mark, and both figures', () => {
    expect(degradedReason(adjusted)).toBe('A fallback model answered (× 0.8). Confidence 90% before, 36% shown.');
    expect(hiddenHandReason(adjusted)).toContain('potential upthrust');
    expect(phaseReason(adjusted)).toContain('Volume is declining.');
  });

  it('names the fallback model of an analysis alone: that of a validated row is the validator’s', () => {
    expect(degradedReason({ ...adjusted, stage: 'analysis', model: 'rules-lite' })).toBe(
      'A fallback model answered (× 0.8). Model: rules-lite. Confidence 90% before, 36% shown.',
    );
    expect(degradedReason({ ...adjusted, stage: 'signal' })).not.toContain('Model');
  });
});
