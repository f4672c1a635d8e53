import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STAGES } from '../contract/result.ts';
import { toIso } from './instant.ts';
import { isNewer, type Ordered } from './newer.ts';

const at = (analyzed_at: string, stage: Ordered['stage'] = 'analysis', offset = 1): Ordered => ({
  analyzed_at,
  stage,
  offset,
});

const anyOrdered: fc.Arbitrary<Ordered> = fc.record({
  analyzed_at: fc.integer({ min: 0, max: 5 }).map((second) => toIso(second * 1_000)),
  stage: fc.constantFrom(...STAGES),
  offset: fc.integer({ min: 1, max: 1_000 }),
});

const display = (arrivals: readonly Ordered[]): Ordered | undefined => {
  let shown: Ordered | undefined;
  for (const next of arrivals) if (isNewer(next, shown)) shown = next;
  return shown;
};

describe('R4 order', () => {
  it('shows nothing older than what is shown, however late it was stored', () => {
    expect(isNewer(at('2026-01-05T12:00:00Z', 'analysis', 9), at('2026-01-05T12:00:01Z', 'analysis', 1))).toBe(false);
    expect(isNewer(at('2026-01-05T12:00:01Z', 'analysis', 1), at('2026-01-05T12:00:00Z', 'analysis', 9))).toBe(true);
  });

  it('lets the validated signal replace its analysis, and not the other way round', () => {
    const instant = '2026-01-05T12:00:00Z';
    expect(isNewer(at(instant, 'signal', 1), at(instant, 'analysis', 2))).toBe(true);
    expect(isNewer(at(instant, 'analysis', 2), at(instant, 'signal', 1))).toBe(false);
  });

  it('orders equal times and stages by offset', () => {
    expect(isNewer(at('2026-01-05T12:00:00Z', 'analysis', 2), at('2026-01-05T12:00:00Z', 'analysis', 1))).toBe(true);
    expect(isNewer(at('2026-01-05T12:00:00Z', 'analysis', 1), at('2026-01-05T12:00:00Z', 'analysis', 1))).toBe(false);
  });

  it('compares instants, not strings', () => {
    expect(isNewer(at('2026-01-05T13:30:00+02:00'), at('2026-01-05T12:00:00Z'))).toBe(false);
    expect(isNewer(at('2026-01-05T09:00:00-05:00'), at('2026-01-05T12:00:00Z'))).toBe(true);
  });

  it('ends in the same display for any delivery order with duplicates of any set', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(anyOrdered, { minLength: 1, maxLength: 12, size: 'max', selector: (one) => one.offset })
          .chain((set) =>
            fc.tuple(
              fc.constant(set),
              fc.array(fc.constantFrom(...set), { maxLength: 20, size: 'max' }).chain((again) => {
                const all = [...set, ...again];
                return fc.shuffledSubarray(all, { minLength: all.length });
              }),
            ),
          ),
        ([set, shuffled]) => {
          expect(display(shuffled)).toEqual(display(set));
        },
      ),
    );
  });
});
