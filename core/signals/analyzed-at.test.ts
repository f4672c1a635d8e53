import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnalyzedAtInput, correctAnalyzedAt, inheritAnalyzedAt } from './analyzed-at.ts';
import { toIso } from './instant.ts';
import { aSettleInput, aSignalInput, NOON, SECOND, settled } from './testing/a-settle-input.ts';

const HOUR = 3_600 * SECOND;

const at = (claimed: unknown, given: Partial<AnalyzedAtInput> = {}): number =>
  correctAnalyzedAt({
    claimed,
    origin: 'live',
    clockOffsetMs: 0,
    receivedAt: NOON,
    lastBarClose: null,
    marketTime: NOON,
    ...given,
  });

describe('R5 clocks', () => {
  it.each([
    ['an honest time stands', toIso(NOON - 2 * SECOND), 0, NOON - 2 * SECOND],
    ['an honestly old result stays old', toIso(NOON - 48 * HOUR), 0, NOON - 48 * HOUR],
    ['a time without a zone is UTC', '2026-01-05T11:59:00', 0, NOON - 60 * SECOND],
    ['a time with a zone is that instant', '2026-01-05T13:59:00+02:00', 0, NOON - 60 * SECOND],
    ['5 s ahead is let through', toIso(NOON + 5 * SECOND), 0, NOON + 5 * SECOND],
    ['more than 5 s ahead is the receive time', toIso(NOON + 5 * SECOND + 1), 0, NOON],
    ['a year ahead is the receive time', '2027-01-05T12:00:00Z', 0, NOON],
    ['a clock 5 s fast is not corrected', toIso(NOON + SECOND), 5 * SECOND, NOON + SECOND],
    ['a clock more than 5 s fast is', toIso(NOON + SECOND), 5 * SECOND + 1, NOON - 4 * SECOND - 1],
    ['a clock 5 s slow is not corrected', toIso(NOON - 9 * SECOND), -5 * SECOND, NOON - 9 * SECOND],
    ['a clock more than 5 s slow is', toIso(NOON - 9 * SECOND), -6 * SECOND, NOON - 3 * SECOND],
    ['a clock an hour fast is corrected before the bound', toIso(NOON + HOUR - SECOND), HOUR, NOON - SECOND],
    ['a clock that was wrong and no longer is ends at the receive time', toIso(NOON), -HOUR, NOON],
  ])('R5 %s', (_, claimed, clockOffsetMs, analyzedAt) => {
    expect(at(claimed, { clockOffsetMs })).toBe(analyzedAt);
  });

  it.each([undefined, null, '', 'yesterday', '2026-02-30T00:00:00Z', NOON, {}, [toIso(NOON)], '0001-01-01T00:00:00Z'])(
    'R5 %j counts as the receive time',
    (claimed) => {
      expect(at(claimed)).toBe(NOON);
      expect(at(claimed, { clockOffsetMs: HOUR })).toBe(NOON);
    },
  );

  it('R5 a claim of a million letters is read in no time, as none', () => {
    expect(at('1'.repeat(1_000_000))).toBe(NOON);
    expect(at(`2026-01-05T12:00:00.${'0'.repeat(1_000_000)}x`)).toBe(NOON);
    expect(at(`2026-01-05T12:00:00${' '.repeat(1_000_000)}x`)).toBe(NOON);
  });

  it('R5 whatever is claimed on whatever clock, no result is from the future', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
          fc.string(),
          fc.jsonValue(),
        ),
        fc.integer({ min: -1e15, max: 1e15 }),
        (claimed, clockOffsetMs) => {
          const analyzedAt = at(claimed, { clockOffsetMs });
          expect(analyzedAt).toBeLessThanOrEqual(NOON + 5 * SECOND);
          expect(() => toIso(analyzedAt)).not.toThrow();
        },
      ),
    );
  });
});

describe.each(['replay', 'backtest'] as const)('R12 in a %s', (origin) => {
  const lastBarClose = Date.UTC(2018, 5, 1, 10, 5);
  const marketTime = lastBarClose + 42 * SECOND;

  it('R12 the close of the last bar counts, whatever the agent says and whatever its clock', () => {
    for (const claimed of [toIso(NOON), toIso(lastBarClose - HOUR), 'yesterday', undefined])
      expect(at(claimed, { origin, lastBarClose, marketTime, clockOffsetMs: HOUR })).toBe(lastBarClose);
  });

  it('R12 without bars the market clock counts', () => {
    expect(at(toIso(NOON), { origin, marketTime })).toBe(marketTime);
  });

  it('R12 what the agent said is kept in claimed, and its wall-clock times stand', () => {
    const record = settled(
      aSettleInput({ origin, marketTime, task: { lastBarClose }, said: { analyzed_at: toIso(NOON) } }),
    );
    expect(record).toMatchObject({
      analyzed_at: toIso(lastBarClose),
      received_at: toIso(NOON),
      completed_at: toIso(NOON),
      claimed: { analyzed_at: toIso(NOON) },
    });
  });

  it('R12 a validated signal has the market time of its analysis, also where the market clock was set back', () => {
    const analyzed_at = toIso(lastBarClose);
    const input = aSignalInput({ analyzed_at }, { origin, marketTime: marketTime - HOUR, task: { lastBarClose } });
    expect(settled(input).analyzed_at).toBe(analyzed_at);
  });
});

describe('R3b the time that a signal inherits', () => {
  const receipt = { origin: 'live', receivedAt: NOON, lastBarClose: null, marketTime: NOON } as const;

  it.each([
    ['its analysis, however old', toIso(NOON - 48 * HOUR), NOON - 48 * HOUR],
    ['its analysis, a little ahead', toIso(NOON + 5 * SECOND), NOON + 5 * SECOND],
    ['the receipt, where one given by hand is from the future', '2099-01-01T00:00:00Z', NOON],
    ['the receipt, where one given by hand cannot be read', 'this morning', NOON],
  ])('R3b is that of %s', (_, analyzedAt, inherited) => {
    expect(inheritAnalyzedAt(analyzedAt, receipt)).toBe(inherited);
  });

  it("R3b is never the validator's, nor moved by the validator's clock", () => {
    const said = { analyzed_at: toIso(NOON - SECOND) };
    expect(settled(aSignalInput({ analyzed_at: 'this morning' }, { said })).analyzed_at).toBe(toIso(NOON));
    const analyzed_at = toIso(NOON - HOUR);
    expect(settled(aSignalInput({ analyzed_at }, { said, clockOffsetMs: HOUR })).analyzed_at).toBe(analyzed_at);
  });
});
