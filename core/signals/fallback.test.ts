import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyFallbackPenalty, FALLBACK_ADJUSTMENT } from './fallback.ts';
import { anyShare } from './testing/any-settle-input.ts';

describe('R1 fallback', () => {
  it.each([
    [0.85, 0.68],
    [0.15, 0.12],
    [1, 0.8],
    [0.9, 0.72],
    [0.05, 0.04],
    [0, 0],
  ])("a fallback's %d counts as %d", (confidence, counted) => {
    expect(applyFallbackPenalty(confidence)).toBe(counted);
  });

  it('multiplies and never subtracts: a small confidence stays above zero and no figure is raised', () => {
    fc.assert(
      fc.property(anyShare, (confidence) => {
        const counted = applyFallbackPenalty(confidence);
        expect(counted).toBeCloseTo(confidence * 0.8, 8);
        expect(counted).toBeGreaterThanOrEqual(0);
        if (confidence > 1e-8) {
          expect(counted).toBeGreaterThan(0);
          expect(counted).toBeLessThan(confidence);
        }
      }),
    );
  });

  it('keeps the order of any two confidences', () => {
    fc.assert(
      fc.property(anyShare, anyShare, (one, other) => {
        const [less, more] = one <= other ? [one, other] : [other, one];
        expect(applyFallbackPenalty(less)).toBeLessThanOrEqual(applyFallbackPenalty(more));
      }),
    );
  });

  it('names itself by the kind that the wire knows, with its multiplier', () => {
    expect(FALLBACK_ADJUSTMENT).toMatchObject({ kind: 'fallback_model_used', multiplier: 0.8 });
  });
});
