import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReading, aSettleInput, aSignalInput, figures, refused, sentBack, settled } from './testing/a-settle-input.ts';
import { anyAnalysisInput, anySignalInput } from './testing/any-settle-input.ts';

const degraded = { confidence: 0.68, original_confidence: 0.85, fallback_used: true, degraded_inference: true };
const upthrust = { wyckoff_phase: 'distribution', volume_trend: 'declining' };

describe('R3b a validated signal', () => {
  it('R3b takes symbol, time, signal, original and fallback from its analysis, never from the validator', () => {
    const said = {
      signal: 'SELL',
      confidence: 1,
      original_confidence: 1,
      analyzed_at: '2026-01-05T11:59:59.000Z',
      fallback_used: false,
    };
    const record = settled(aSignalInput({ ...degraded, analyzed_at: '2026-01-05T11:30:00.000Z' }, { said }));
    expect(record).toMatchObject({
      stage: 'signal',
      analysis_task_id: 'analysis-1',
      signal: 'BUY',
      original_confidence: 0.85,
      confidence: 0.68,
      analyzed_at: '2026-01-05T11:30:00.000Z',
      completed_by: 'validator-1',
      claimed: said,
    });
  });

  it('R3b DEGRADED is not washed off by validation', () => {
    expect(settled(aSignalInput(degraded, { said: { fallback_used: false } }))).toMatchObject({
      degraded_inference: true,
      fallback_used: true,
      degradation_reason: 'fallback_model_used',
    });
  });

  it.each([
    ['the analysis alone', degraded, {}, 0.68],
    ['the validator alone', { confidence: 0.85 }, { fallback_used: true }, 0.68],
    ['both', degraded, { fallback_used: true }, 0.68],
    ['neither', { confidence: 0.85 }, {}, 0.85],
  ])('R3b a fallback of %s counts once over both stages', (_, analysis, said, confidence) => {
    const record = settled(aSignalInput(analysis, { said }));
    expect(record.confidence).toBe(confidence);
    expect(record.adjustments).toHaveLength(confidence < 0.85 ? 1 : 0);
  });

  it.each([
    {},
    { wyckoff_phase: null, volume_trend: null },
    { wyckoff_phase: 'unknown', volume_trend: 'rising' },
    { wyckoff_phase: 'nothing we know' },
  ])('R3b HIDDEN HAND is not washed off by a validator that names no phase: %j', (said) => {
    expect(settled(aSignalInput(upthrust, { said }))).toMatchObject({
      confidence: 0.45,
      phase_signal_conflict: true,
      hidden_hand_warning: expect.stringContaining('potential upthrust'),
      ...upthrust,
    });
  });

  it("R3b a validator's own phase counts where it names one", () => {
    const said = { wyckoff_phase: 'distribution', volume_trend: 'declining' };
    expect(settled(aSignalInput({ wyckoff_phase: 'markup', volume_trend: 'flat' }, { said })).confidence).toBe(0.45);
  });

  it("R3b the signal that is held against the phase is the analysis's, not the validator's", () => {
    expect(settled(aSignalInput(upthrust, { said: { signal: 'HOLD' } }))).toMatchObject({
      signal: 'BUY',
      confidence: 0.45,
    });
  });

  it("R3b the engine's reading of the analysis stands where the task has none of its own", () => {
    const engine = aReading('distribution', 'declining', 1);
    expect(settled(aSignalInput({ market_readings: { engine } })).confidence).toBe(0.45);
    const own = aReading('distribution', 'flat', 1);
    expect(settled(aSignalInput({ market_readings: { engine } }, { engineReading: own })).confidence).toBe(0.72);
  });

  it('R3b adds up also where the validator lowers by the phase that stands for it', () => {
    const said = { confidence: 0.45, original_confidence: 0.9, phase_signal_conflict: true };
    expect(settled(aSignalInput(upthrust, { said })).confidence).toBe(0.45);
  });

  it('R3b whatever a validator says, it changes neither signal nor original nor time, and raises nothing above it', () => {
    fc.assert(
      fc.property(anySignalInput, (input) => {
        const { analysis } = input.task;
        const record = settled(input);
        expect(record).toMatchObject({
          symbol: analysis?.symbol,
          timeframe: analysis?.timeframe,
          signal: analysis?.signal,
          original_confidence: analysis?.original_confidence,
          analyzed_at: analysis?.analyzed_at,
        });
        if (analysis?.fallback_used) expect(record.degraded_inference).toBe(true);
      }),
    );
  });

  it('R3b a validator that confirms an analysis as it stands confirms each of its figures', () => {
    fc.assert(
      fc.property(anyAnalysisInput, (input) => {
        const analysis = settled(input);
        const { engineReading, origin } = input;
        const echo = aSignalInput({ ...analysis }, { whole: sentBack(analysis), engineReading, origin });
        expect(figures(settled(echo))).toEqual(figures(analysis));
      }),
    );
  });
});

describe('R3b what a signal-stage task must have', () => {
  it.each([
    ['no analysis', { analysis: null }, /^analysis: .*missing/],
    ['an analysis of another symbol', { symbol: 'XMRBTC' }, /^symbol: /],
  ])('refuses %s', (_, task, message) => {
    expect(refused(aSignalInput({}, { task }))).toMatch(message);
  });

  it('refuses where its analysis is about another market, though the validator names the right one', () => {
    const other = aSignalInput({ symbol: 'XMRBTC' });
    expect(refused(other)).toMatch(/^analysis: .*ETHBTC 5m.*XMRBTC 5m/);
    const longer = aSignalInput({ timeframe: '1d' });
    expect(refused(longer)).toMatch(/^analysis: .*ETHBTC 5m.*ETHBTC 1d/);
  });

  it('R12 refuses an analysis of another origin', () => {
    expect(refused(aSignalInput({ origin: 'replay' }))).toMatch(/^analysis: .*replay.*live/);
    expect(settled(aSignalInput({ origin: 'replay' }, { origin: 'replay' })).origin).toBe('replay');
  });

  it('has no use for an analysis in the analysis stage', () => {
    expect(settled(aSettleInput()).analysis_task_id).toBeNull();
  });
});
