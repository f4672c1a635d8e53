import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { product } from './product.ts';
import { anyShare } from './testing/any-settle-input.ts';

const anyFactors = fc.array(fc.constantFrom(0.5, 0.8, 1), { maxLength: 3 });

describe('R3 the product', () => {
  it.each([
    [[0.9, 0.8, 0.5], 0.36],
    [[0.9, 0.5, 0.8], 0.36],
    [[0.1, 0.8], 0.08],
    [[0.7, 0.8, 0.8], 0.448],
    [[1 / 3], 0.333333333],
    [[0.9], 0.9],
  ] as const)('of %j is %d', ([confidence, ...multipliers], figure) => {
    expect(product(confidence, ...multipliers)).toBe(figure);
  });

  it('has at most nine decimals, and rounding it again changes nothing', () => {
    fc.assert(
      fc.property(anyShare, anyFactors, (confidence, factors) => {
        const figure = product(confidence, ...factors);
        expect(product(figure)).toBe(figure);
        expect(Number(figure.toFixed(9))).toBe(figure);
      }),
    );
  });

  it('of a rounded confidence is the same in any order', () => {
    fc.assert(
      fc.property(
        anyShare,
        anyFactors.chain((factors) =>
          fc.tuple(fc.constant(factors), fc.shuffledSubarray(factors, { minLength: factors.length })),
        ),
        (share, [factors, shuffled]) => {
          const confidence = product(share);
          expect(product(confidence, ...shuffled)).toBe(product(confidence, ...factors));
        },
      ),
    );
  });
});
