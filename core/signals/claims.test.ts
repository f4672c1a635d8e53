import { describe, expect, it } from 'vitest';
import { toIso } from './instant.ts';
import { aReading, aSettleInput, aSignalInput, NOON, settled } from './testing/a-settle-input.ts';

const HOUR = 3_600_000;
const claims = (said: Record<string, unknown>, given: Parameters<typeof aSettleInput>[0] = {}) =>
  settled(aSettleInput({ said, ...given })).claimed;

describe('what the agent said where it was corrected', () => {
  it.each([
    ['nothing that stands', {}, {}],
    ['no raw confidence, which is the original', { fallback_used: true }, {}],
    [
      'no figure that was lowered as it should be',
      { confidence: 0.72, original_confidence: 0.9, degraded_inference: true, fallback_used: true },
      {},
    ],
    ['an adjusted_confidence that is not ours', { adjusted_confidence: 0.99 }, { adjusted_confidence: 0.99 }],
    ['an adjusted_confidence of any kind', { adjusted_confidence: 'high' }, { adjusted_confidence: 'high' }],
    ['no adjusted_confidence that agrees', { adjusted_confidence: 0.9 }, {}],
    ['a phase that nobody lists', { wyckoff_phase: 'late markup' }, { wyckoff_phase: 'late markup' }],
    ['a trend in another case', { volume_trend: 'RISING' }, { volume_trend: 'RISING' }],
    [
      'a thing by its type',
      { wyckoff_phase: { is: 'markup' }, volume_trend: [] },
      { wyckoff_phase: 'object', volume_trend: 'object' },
    ],
    ['a warning that does not hold', { hidden_hand_warning: 'sell it all' }, { hidden_hand_warning: 'sell it all' }],
    [
      'a denial of its own fallback',
      { confidence: 0.72, original_confidence: 0.9, degraded_inference: true, fallback_used: false },
      { fallback_used: false },
    ],
    ['a time that cannot be read', { analyzed_at: 'this morning' }, { analyzed_at: 'this morning' }],
    ['a time from the future', { analyzed_at: toIso(NOON + HOUR) }, { analyzed_at: toIso(NOON + HOUR) }],
    ['no time that is written in another way', { analyzed_at: '2026-01-05 11:59:58' }, {}],
  ])('keeps %s', (_, said, claimed) => {
    expect(claims(said)).toEqual(claimed);
  });

  it("keeps the agent's own figure where the engine's reading decided otherwise", () => {
    const said = {
      confidence: 0.45,
      original_confidence: 0.9,
      phase_signal_conflict: true,
      wyckoff_phase: 'distribution',
      volume_trend: 'declining',
    };
    expect(claims(said, { engineReading: aReading('distribution', 'rising') })).toEqual({
      confidence: 0.45,
      volume_trend: 'declining',
    });
  });

  it('keeps what a validator says of what is not its to say', () => {
    const said = { signal: 'SELL', confidence: 0.8, original_confidence: 0.8 };
    expect(settled(aSignalInput({}, { said })).claimed).toEqual(said);
  });

  it('cuts a long claim, and leaves nothing that a hash cannot be taken of', () => {
    const { claimed } = settled(
      // 1e999 is Infinity once parsed; the cut would fall into a pair.
      aSettleInput({
        said: {
          adjusted_confidence: JSON.parse('1e999'),
          wyckoff_phase: `${'x'.repeat(199)}😀`,
          volume_trend: '\ud800',
        },
      }),
    );
    expect(claimed).toEqual({
      adjusted_confidence: 'Infinity',
      wyckoff_phase: `${'x'.repeat(199)}\ufffd`,
      volume_trend: '\ufffd',
    });
  });
});
