import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from './settle.ts';
import { aReading, aSettleInput, refused, settled } from './testing/a-settle-input.ts';
import { anyReading, anyShare, anySignal } from './testing/any-settle-input.ts';

const upthrust = { wyckoff_phase: 'distribution', volume_trend: 'declining' };

describe('R3a an agent that has adjusted itself', () => {
  it.each([
    ['nothing', { confidence: 0.9 }, 0.9],
    ['a fallback', { confidence: 0.72, degraded_inference: true, fallback_used: true }, 0.72],
    ['a fallback, by its flag alone', { confidence: 0.72, degraded_inference: true }, 0.72],
    ['a fallback that it only reports as used', { confidence: 0.72, fallback_used: true }, 0.72],
    ['a fallback that it reports and did not count', { confidence: 0.9, fallback_used: true }, 0.72],
    ['the phase', { confidence: 0.45, phase_signal_conflict: true, ...upthrust }, 0.45],
    ['both', { confidence: 0.36, phase_signal_conflict: true, degraded_inference: true, ...upthrust }, 0.36],
    ['a percent', { confidence: 0.724, degraded_inference: true }, 0.72],
  ])('R3a and counted %s is started from its original, so that nothing counts twice', (_, said, confidence) => {
    const record = settled(aSettleInput({ said: { original_confidence: 0.9, ...said } }));
    expect(record.confidence).toBe(confidence);
    expect(record.original_confidence).toBe(0.9);
  });

  it.each([
    [0.005, true],
    [-0.005, true],
    [0.0051, false],
    [-0.0051, false],
  ])('R3a and is off its own product by %d: accepted %j', (off, accepted) => {
    const input = aSettleInput({
      said: { original_confidence: 0.9, confidence: 0.72 + off, degraded_inference: true },
    });
    if (accepted) expect(settled(input).confidence).toBe(0.72);
    else expect(refused(input)).toMatch(/^confidence: /);
  });

  it('R3a by the reading that the engine gave it is believed as well', () => {
    const engineReading = aReading('distribution', 'declining', 2);
    const said = { original_confidence: 0.9, confidence: 0.72, phase_signal_conflict: true, ...upthrust };
    expect(settled(aSettleInput({ said, engineReading })).confidence).toBe(0.72);
    expect(refused(aSettleInput({ said }))).toMatch(/0\.45/);
  });

  it.each([
    ['a forged original', { original_confidence: 1, confidence: 0.5 }, /^confidence: .*original_confidence 1 /],
    [
      'an original raised above what its flags explain',
      { original_confidence: 1, confidence: 0.36, degraded_inference: true, phase_signal_conflict: true, ...upthrust },
      /0\.4\)/,
    ],
    [
      'confidence above the original',
      { original_confidence: 0.5, confidence: 0.9 },
      /exceeds original_confidence 0\.5/,
    ],
    ['confidence just above the original', { original_confidence: 0.9, confidence: 0.904 }, /exceeds/],
    [
      'a conflict that its own phase does not make',
      { original_confidence: 0.9, confidence: 0.45, phase_signal_conflict: true },
      /^confidence: /,
    ],
    [
      'degraded_inference without the original',
      { degraded_inference: true, confidence: 0.72 },
      /^original_confidence: .*send/,
    ],
    [
      'phase_signal_conflict without the original',
      { phase_signal_conflict: true, ...upthrust },
      /^original_confidence: .*send/,
    ],
    [
      'a null original beside a flag',
      { degraded_inference: true, original_confidence: null },
      /^original_confidence: /,
    ],
    ['an original out of range', { original_confidence: 1.2 }, /^original_confidence: /],
  ])('R3a with %s is refused with what to send', (_, said, message) => {
    expect(refused(aSettleInput({ said }))).toMatch(message);
  });

  it('R3a no agent ends above the engine by adjusting itself: it is refused or gets the same figure', () => {
    fc.assert(
      fc.property(
        fc.record({
          signal: anySignal,
          original: anyShare,
          fallback: fc.boolean(),
          conflict: fc.boolean(),
          lowered: fc.constantFrom(1, 0.8, 0.5, 0.64, 0.4),
          reading: anyReading,
          engineReading: fc.option(anyReading),
        }),
        ({ signal, original, fallback, conflict, lowered, reading, engineReading }) => {
          const { wyckoff_phase, volume_trend } = reading;
          const raw = { signal, confidence: original, fallback_used: fallback, wyckoff_phase, volume_trend };
          const own = {
            ...raw,
            original_confidence: original,
            confidence: original * lowered,
            degraded_inference: fallback,
            phase_signal_conflict: conflict,
          };
          const honest = settled(aSettleInput({ said: raw, engineReading }));
          const adjusted = settle(aSettleInput({ said: own, engineReading }));
          if (adjusted.ok) expect(adjusted.result.confidence).toBe(honest.confidence);
        },
      ),
    );
  });
});
