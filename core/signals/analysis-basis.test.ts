import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysisBasisSchema } from './analysis-basis.ts';
import { anAnalysis, aReading, aResult, sentBack, settled } from './testing/a-settle-input.ts';
import { anySettleInput } from './testing/any-settle-input.ts';

const refusal = (given: Record<string, unknown>): string => {
  const parsed = analysisBasisSchema.safeParse({ ...aResult(), ...given });
  return parsed.success ? 'accepted' : parsed.error.issues.map((one) => [...one.path, one.message].join(': ')).join();
};

describe('R3b the analysis that a signal inherits from', () => {
  it('R3b is read from a stored record with its original, not its lowered figure', () => {
    expect(
      anAnalysis({
        confidence: 0.36,
        original_confidence: 0.9,
        fallback_used: true,
        degraded_inference: true,
        phase_signal_conflict: true,
        wyckoff_phase: 'distribution',
        volume_trend: 'declining',
        origin: 'live',
      }),
    ).toEqual({
      task_id: 'analysis-1',
      symbol: 'ETHBTC',
      timeframe: '5m',
      analyzed_at: '2026-01-05T11:59:58.000Z',
      signal: 'BUY',
      original_confidence: 0.9,
      fallback_used: true,
      wyckoff_phase: 'distribution',
      volume_trend: 'declining',
      engine_reading: null,
      origin: 'live',
    });
  });

  it('R3b is read from one that was written by hand: any case, and what is missing is unknown', () => {
    expect(anAnalysis({ signal: 'sell', task_id: undefined, wyckoff_phase: 'Markup' })).toMatchObject({
      task_id: null,
      signal: 'SELL',
      original_confidence: 0.9,
      fallback_used: false,
      wyckoff_phase: 'markup',
      volume_trend: 'unknown',
      engine_reading: null,
      origin: null,
    });
  });

  it.each([{ fallback_used: true }, { degraded_inference: true, original_confidence: 0.9, confidence: 0.72 }])(
    'R3b is degraded by either flag: %j',
    (flag) => {
      expect(anAnalysis(flag).fallback_used).toBe(true);
    },
  );

  it("R3b brings the engine's reading of then", () => {
    const engine = aReading('distribution', 'declining', 2);
    expect(anAnalysis({ market_readings: { agent: null, engine } }).engine_reading).toEqual(engine);
  });

  it('R3b can be read from any settled record, as it comes out of the store', () => {
    fc.assert(
      fc.property(anySettleInput, (input) => {
        const record = settled(input);
        expect(analysisBasisSchema.parse(sentBack(record))).toMatchObject({
          signal: record.signal,
          original_confidence: record.original_confidence,
          fallback_used: record.degraded_inference,
          engine_reading: record.market_readings.engine,
        });
      }),
    );
  });

  it.each([
    [{ confidence: 0.72, degraded_inference: true }, /original_confidence: missing/],
    [{ confidence: 0.45, phase_signal_conflict: true, wyckoff_phase: 'distribution' }, /original_confidence: missing/],
    [{ confidence: 0.9, original_confidence: 0.5 }, /exceeds/],
    [{ confidence: 0.5, original_confidence: 1 }, /original_confidence 1/],
    [{ confidence: 80 }, /^confidence/],
    [{ signal: 'MAYBE' }, /^signal/],
    [{ symbol: '' }, /^symbol/],
    [{ timeframe: 'daily' }, /^timeframe/],
    [{ analyzed_at: undefined }, /^analyzed_at/],
    [{ origin: 'dream' }, /^origin/],
    [{ market_readings: { engine: 'distribution' } }, /^market_readings: engine/],
  ])('R3a R11 is refused by hand where its figures do not add up: %j', (given, message) => {
    expect(refusal(given)).toMatch(message);
  });
});
