import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNALS, type Signal, VOLUME_TRENDS, WYCKOFF_PHASES, type WyckoffPhase } from '../contract/result.ts';
import { validateAgainstHiddenHand, validateSignal } from './hidden-hand.ts';
import { aReading } from './testing/a-settle-input.ts';
import { anyPhase, anyReading, anySignal, anyTrend } from './testing/any-settle-input.ts';

const contradicts = (signal: Signal, phase: WyckoffPhase): boolean =>
  (signal === 'BUY' && phase === 'distribution') || (signal === 'SELL' && phase === 'accumulation');

describe('R2 Hidden Hand', () => {
  it.each([
    ['BUY', 'distribution', 'declining', 0.5, /potential upthrust, confidence halved/],
    ['BUY', 'distribution', 'rising', 0.8, /rising.*proceed with caution/],
    ['BUY', 'distribution', 'flat', 0.8, /flat.*proceed with caution/],
    ['BUY', 'distribution', 'unknown', 0.8, /unknown.*proceed with caution/],
    ['SELL', 'accumulation', 'declining', 0.5, /potential spring, confidence halved/],
    ['SELL', 'accumulation', 'rising', 0.8, /rising.*proceed with caution/],
    ['SELL', 'accumulation', 'flat', 0.8, /flat.*proceed with caution/],
    ['SELL', 'accumulation', 'unknown', 0.8, /unknown.*proceed with caution/],
  ] as const)('a %s in %s on %s volume counts for %d', (signal, phase, trend, multiplier, reason) => {
    const verdict = validateAgainstHiddenHand(signal, phase, trend);
    expect(verdict).toEqual({ isValid: true, multiplier, reason: expect.stringMatching(reason) });
    expect(verdict.reason).toContain(`${signal} in ${phase}`);
  });

  it('leaves every other signal as it is, in every phase and on every volume, and says that it is consistent', () => {
    for (const signal of SIGNALS)
      for (const phase of WYCKOFF_PHASES)
        for (const trend of VOLUME_TRENDS) {
          if (contradicts(signal, phase)) continue;
          expect(validateAgainstHiddenHand(signal, phase, trend)).toEqual({
            isValid: true,
            multiplier: 1,
            reason: expect.stringContaining('consistent'),
          });
        }
  });

  it('never calls a contradiction invalid: it may be a spring or an upthrust forming', () => {
    fc.assert(
      fc.property(anySignal, anyPhase, anyTrend, (signal, phase, trend) => {
        const { isValid, multiplier } = validateAgainstHiddenHand(signal, phase, trend);
        expect(isValid).toBe(true);
        expect([0.5, 0.8, 1]).toContain(multiplier);
        expect(multiplier < 1).toBe(contradicts(signal, phase));
      }),
    );
  });
});

describe('R3c two readings', () => {
  const halving = aReading('distribution', 'declining', null);

  it.each([
    ['no reading at all', null, null, 1, null],
    ["the agent's alone", halving, null, 0.5, halving],
    ["the engine's alone, tier 1", null, aReading('distribution', 'declining', 1), 0.5, 'engine'],
    ["the engine's alone, tier 2", null, aReading('distribution', 'declining', 2), 0.8, 'engine'],
    ["the engine's alone, without a grade", null, aReading('distribution', 'declining', null), 0.8, 'engine'],
    [
      'an agent that says unknown',
      aReading('unknown', 'rising', null),
      aReading('distribution', 'flat'),
      0.8,
      'engine',
    ],
    [
      'the same phase, the engine smaller',
      aReading('distribution', 'flat', null),
      aReading('distribution', 'declining'),
      0.5,
      'engine',
    ],
    ['the same phase, the engine larger by its volume', halving, aReading('distribution', 'rising'), 0.8, 'engine'],
    ['the same phase, the engine larger by its tier', halving, aReading('distribution', 'declining', 2), 0.8, 'engine'],
    [
      'different phases, the engine smaller',
      aReading('markup', 'flat', null),
      aReading('distribution', 'declining'),
      0.5,
      'engine',
    ],
    ['different phases, the agent smaller', halving, aReading('markup', 'rising'), 0.5, halving],
    [
      'different phases, neither against the signal',
      aReading('markup', 'flat', null),
      aReading('markdown'),
      1,
      'agent',
    ],
    ['an engine that says unknown', halving, aReading('unknown', 'rising', 0), 0.5, halving],
    ['both unknown', aReading('unknown', 'rising', null), aReading('unknown', 'declining', 0), 1, 'agent'],
    ['an engine that says unknown to an agent that says nothing', null, aReading('unknown', 'declining', 0), 1, null],
  ] as const)('%s', (_, agent, engine, multiplier, decided) => {
    const decision = validateSignal('BUY', agent, engine);
    expect(decision.multiplier).toBe(multiplier);
    expect(decision.reading).toBe(decided === 'engine' ? engine : decided === 'agent' ? agent : decided);
  });

  it("the engine's tier 2 damps and never halves, and says why", () => {
    fc.assert(
      fc.property(anySignal, anyPhase, anyTrend, (signal, phase, trend) => {
        const decision = validateSignal(signal, null, aReading(phase, trend, 2));
        expect(decision.multiplier).toBeGreaterThanOrEqual(0.8);
        expect(decision.multiplier < 1).toBe(contradicts(signal, phase));
      }),
    );
    const { reason } = validateSignal('BUY', null, aReading('distribution', 'declining', 2));
    expect(reason).toMatch(/declining.*shape of the range alone.*proceed with caution/);
  });

  it('an engine that names no phase changes nothing, whatever its volume and tier', () => {
    fc.assert(
      fc.property(anySignal, fc.option(anyReading), anyReading, (signal, agent, engine) => {
        expect(validateSignal(signal, agent, { ...engine, wyckoff_phase: 'unknown' })).toEqual(
          validateSignal(signal, agent, null),
        );
      }),
    );
  });

  it('an agent escapes no verdict by leaving its phase out, by null or by unknown', () => {
    fc.assert(
      fc.property(anySignal, anyTrend, anyReading, (signal, trend, engine) => {
        const silent = validateSignal(signal, null, engine);
        const unknown = validateSignal(signal, aReading('unknown', trend, null), engine);
        expect(unknown.multiplier).toBe(silent.multiplier);
        expect(unknown.reading?.wyckoff_phase ?? 'unknown').toBe(engine.wyckoff_phase);
      }),
    );
  });

  it('no agent does better than the engine by naming another phase', () => {
    fc.assert(
      fc.property(anySignal, anyReading, anyReading, (signal, agent, engine) => {
        const alone = validateSignal(signal, null, engine);
        expect(validateSignal(signal, agent, engine).multiplier).toBeLessThanOrEqual(alone.multiplier);
      }),
    );
  });
});
