import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADJUSTMENT_KINDS } from '../contract/result.ts';
import { product } from './product.ts';
import { toSidebarDisplay } from './sidebar-display.ts';
import { aReading, aSettleInput, settled } from './testing/a-settle-input.ts';
import { anySettleInput } from './testing/any-settle-input.ts';

const upthrust = { signal: 'BUY', wyckoff_phase: 'distribution', volume_trend: 'declining' };

describe('R1 a fallback answer', () => {
  it("R1 a fallback's 0.85 is shown as 0.68", () => {
    const record = settled(aSettleInput({ said: { confidence: 0.85, fallback_used: true } }));
    expect(record).toMatchObject({
      confidence: 0.68,
      original_confidence: 0.85,
      fallback_used: true,
      degraded_inference: true,
      degradation_reason: 'fallback_model_used',
      adjustments: [{ kind: 'fallback_model_used', multiplier: 0.8, reason: expect.any(String) }],
    });
    expect(toSidebarDisplay(record)).toMatchObject({ confidence: '68%', degraded: true, warning: null });
  });

  it("R1 a fallback's 0.15 is shown as 0.12", () => {
    expect(settled(aSettleInput({ said: { confidence: 0.15, fallback_used: true } })).confidence).toBe(0.12);
  });

  it.each([{ fallback_used: false }, { fallback_used: null }, {}])('R1 the primary model is not marked: %j', (said) => {
    expect(settled(aSettleInput({ said: { confidence: 0.85, ...said } }))).toMatchObject({
      confidence: 0.85,
      original_confidence: 0.85,
      fallback_used: false,
      degraded_inference: false,
      degradation_reason: null,
      adjustments: [],
    });
  });
});

describe('R2 a signal against the phase', () => {
  it('R2 a BUY at 0.9 in distribution on declining volume is 0.45', () => {
    const record = settled(aSettleInput({ said: { confidence: 0.9, ...upthrust } }));
    expect(record).toMatchObject({
      signal: 'BUY',
      confidence: 0.45,
      original_confidence: 0.9,
      phase_signal_conflict: true,
      hidden_hand_warning: expect.stringContaining('potential upthrust'),
      adjustments: [{ kind: 'hidden_hand', multiplier: 0.5, reason: record.hidden_hand_warning }],
    });
    expect(toSidebarDisplay(record)).toMatchObject({ confidence: '45%', warning: record.hidden_hand_warning });
  });

  it('R2 a SELL at 0.9 in accumulation on rising volume is 0.72', () => {
    const said = { signal: 'SELL', wyckoff_phase: 'accumulation', volume_trend: 'rising' };
    expect(settled(aSettleInput({ said }))).toMatchObject({
      confidence: 0.72,
      phase_signal_conflict: true,
      hidden_hand_warning: expect.stringContaining('rising'),
    });
  });

  it('R2 a signal with the phase has no warning, no conflict and all of its confidence', () => {
    const said = { signal: 'BUY', wyckoff_phase: 'accumulation', volume_trend: 'declining' };
    expect(settled(aSettleInput({ said }))).toMatchObject({
      confidence: 0.9,
      adjustments: [],
      phase_signal_conflict: false,
      hidden_hand_warning: null,
    });
  });

  it.each([
    ['DISTRIBUTION', 'Declining', 0.45, 'distribution', 'declining'],
    [' distribution ', 'declining', 0.45, 'distribution', 'declining'],
    ['distribution', 'shrinking', 0.72, 'distribution', 'unknown'],
    ['late distribution', 'declining', 0.9, 'unknown', 'declining'],
    [7, { trend: 'declining' }, 0.9, 'unknown', 'unknown'],
    ['constructor', '__proto__', 0.9, 'unknown', 'unknown'],
  ])('R2 phase %j and trend %j are normalised first: %d', (wyckoff_phase, volume_trend, confidence, phase, trend) => {
    expect(settled(aSettleInput({ said: { wyckoff_phase, volume_trend } }))).toMatchObject({
      confidence,
      wyckoff_phase: phase,
      volume_trend: trend,
    });
  });
});

describe('R3 the product of both', () => {
  it('R3 both give 0.36 in any order, each kind once', () => {
    const record = settled(aSettleInput({ said: { confidence: 0.9, fallback_used: true, ...upthrust } }));
    expect(record.confidence).toBe(0.36);
    expect(record.adjustments.map((one) => one.kind).toSorted()).toEqual([...ADJUSTMENT_KINDS].toSorted());
    const multipliers = record.adjustments.map((one) => one.multiplier);
    expect(product(record.original_confidence, ...multipliers)).toBe(0.36);
    expect(product(record.original_confidence, ...multipliers.toReversed())).toBe(0.36);
    expect(toSidebarDisplay(record).confidence).toBe('36%');
  });

  it('R3 confidence is the product of its original and each adjustment once, and never above it', () => {
    fc.assert(
      fc.property(anySettleInput, (input) => {
        const { confidence, original_confidence, adjustments } = settled(input);
        const multipliers = adjustments.map((one) => one.multiplier);
        const exact = multipliers.reduce((left, multiplier) => left * multiplier, original_confidence);
        expect(Math.abs(confidence - exact)).toBeLessThanOrEqual(1e-9);
        expect(product(original_confidence, ...multipliers.toReversed())).toBe(confidence);
        expect(new Set(adjustments.map((one) => one.kind)).size).toBe(adjustments.length);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(original_confidence);
        expect(original_confidence).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('R3 every mark of a record tells of an adjustment, and every adjustment is marked', () => {
    fc.assert(
      fc.property(anySettleInput, (input) => {
        const record = settled(input);
        const has = (kind: string) => record.adjustments.some((one) => one.kind === kind);
        expect(record.degraded_inference).toBe(has('fallback_model_used'));
        expect(record.degradation_reason !== null).toBe(has('fallback_model_used'));
        expect(record.phase_signal_conflict).toBe(has('hidden_hand'));
        expect(record.hidden_hand_warning !== null).toBe(has('hidden_hand'));
      }),
    );
  });

  it('R3 a figure of more than nine decimals is not raised by rounding', () => {
    const record = settled(aSettleInput({ said: { confidence: 13 / 15 } }));
    expect(record.confidence).toBe(0.866666667);
    expect(record.original_confidence).toBe(0.866666667);
    expect(record.claimed).toEqual({});
  });
});

describe("R3c the engine's own reading", () => {
  it('R3c halves the BUY of an agent that leaves the phase out, and the record says where', () => {
    const engineReading = aReading('distribution', 'declining', 1);
    expect(settled(aSettleInput({ engineReading }))).toMatchObject({
      confidence: 0.45,
      wyckoff_phase: 'distribution',
      volume_trend: 'declining',
      market_readings: { agent: null, engine: engineReading },
    });
  });

  it.each([
    ['tier 2 spares a BUY that the agent itself would halve', aReading('distribution', 'declining', 2), 0.72],
    ['the same phase on rising volume decides, though it is milder', aReading('distribution', 'rising', 1), 0.72],
    ['another phase that is milder does not count', aReading('markup', 'rising', 1), 0.45],
    ['unknown changes nothing', aReading('unknown', 'rising', 0), 0.45],
  ])('R3c %s', (_, engineReading, confidence) => {
    const record = settled(aSettleInput({ said: upthrust, engineReading }));
    expect(record.confidence).toBe(confidence);
    expect(record.market_readings).toEqual({
      agent: aReading('distribution', 'declining', null),
      engine: engineReading,
    });
    expect(record.volume_trend).toBe(confidence === 0.72 ? engineReading.volume_trend : 'declining');
  });
});
