import fc from 'fast-check';
import { type MarketReading, ORIGINS, SIGNALS, TIERS, VOLUME_TRENDS, WYCKOFF_PHASES } from '../../contract/result.ts';
import { toIso } from '../instant.ts';
import type { SettleInput } from '../settle.ts';
import { aResult, aSettleInput, aSignalInput, NOON, settled } from './a-settle-input.ts';

/** Any double of 0..1, and the round figures that models like to give. */
export const anyShare = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 1_000 }).map((mille) => mille / 1_000),
);
export const anySignal = fc.constantFrom(...SIGNALS);
export const anyPhase = fc.constantFrom(...WYCKOFF_PHASES);
export const anyTrend = fc.constantFrom(...VOLUME_TRENDS);
export const anyReading: fc.Arbitrary<MarketReading> = fc.record({
  wyckoff_phase: anyPhase,
  volume_trend: anyTrend,
  tier: fc.constantFrom(...TIERS, null),
});

const anyInstant = fc.integer({ min: -86_400_000, max: 4_000 }).map((ms) => toIso(NOON + ms));

/** What an agent says that leaves the adjusting to the engine. */
const anyHonestResult = fc
  .record(
    {
      signal: anySignal,
      confidence: anyShare,
      risk_score: anyShare,
      analyzed_at: anyInstant,
      fallback_used: fc.constantFrom(true, false, null),
      wyckoff_phase: fc.option(anyPhase),
      volume_trend: fc.option(anyTrend),
    },
    { requiredKeys: ['signal', 'confidence', 'risk_score'] },
  )
  .map(aResult);

export const anyAnalysisInput: fc.Arbitrary<SettleInput> = fc
  .record({ whole: anyHonestResult, engineReading: fc.option(anyReading), origin: fc.constantFrom(...ORIGINS) })
  .map(aSettleInput);

/** A validator's answer to the settled record of any analysis. */
export const anySignalInput: fc.Arbitrary<SettleInput> = fc
  .record({ analysis: anyAnalysisInput, validator: anyHonestResult })
  .map(({ analysis, validator }) =>
    aSignalInput(
      { ...settled(analysis) },
      { whole: validator, engineReading: analysis.engineReading, origin: analysis.origin },
    ),
  );

export const anySettleInput = fc.oneof(anyAnalysisInput, anySignalInput);
