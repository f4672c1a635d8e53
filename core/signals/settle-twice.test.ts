import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SettleInput } from './settle.ts';
import { aReading, aSettleInput, aSignalInput, figures, sentBack, settled } from './testing/a-settle-input.ts';
import { anyAnalysisInput, anySignalInput } from './testing/any-settle-input.ts';

const again = (input: SettleInput): SettleInput => ({ ...input, result: sentBack(settled(input)) });

const both = { fallback_used: true, wyckoff_phase: 'distribution', volume_trend: 'declining' };

describe('R3 settling twice', () => {
  it.each([
    ['a raw figure', aSettleInput()],
    ['a fallback', aSettleInput({ said: { fallback_used: true } })],
    ['a contradiction', aSettleInput({ said: { ...both, fallback_used: false } })],
    ['both', aSettleInput({ said: both })],
    ["the engine's tier 1", aSettleInput({ engineReading: aReading('distribution', 'declining', 1) })],
    ["the engine's tier 2", aSettleInput({ said: both, engineReading: aReading('distribution', 'declining', 2) })],
    ['a figure of many decimals', aSettleInput({ said: { confidence: 13 / 15 } })],
    ['a validated signal', aSignalInput(both, { said: {} })],
    ["a validator's fallback", aSignalInput({}, { said: { fallback_used: true } })],
  ])('R3 of %s changes no figure', (_, input) => {
    expect(figures(settled(again(input)))).toEqual(figures(settled(input)));
    expect(settled(again(input)).claimed).toEqual({});
  });

  it.each([
    ['analysis', anyAnalysisInput],
    ['signal', anySignalInput],
  ])("R3 of any %s changes no figure, with and without the engine's reading", (_, anyInput) => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const second = again(input);
        expect(figures(settled(second))).toEqual(figures(settled(input)));
        expect(figures(settled(again(second)))).toEqual(figures(settled(input)));
      }),
      { numRuns: 300 },
    );
  });

  it('R3 does not touch what was given', () => {
    fc.assert(
      fc.property(anySignalInput, (input) => {
        const before = structuredClone(input);
        settled(input);
        expect(input).toEqual(before);
      }),
    );
  });
});
