import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BarsPage } from '../../core/contract/bars.ts';
import { toIso } from '../../core/signals/instant.ts';
import { bandsOf, barAt, fromPage, joined, NO_BARS } from './chart-bars.ts';

const MINUTE = 60_000;
/** Minute bars from one number to another, the phase of each by its ten. */
function aPage(from: number, to: number, given: Partial<BarsPage> = {}): BarsPage {
  const places = Array.from({ length: to - from }, (_, at) => from + at);
  const phases = places.map((place): BarsPage['phases'][number] => ({
    from: toIso(place * MINUTE),
    to: toIso((place + 1) * MINUTE),
    wyckoff_phase: place % 20 < 10 ? 'markup' : 'distribution',
    tier: 2,
  }));
  return {
    items: places.map((place) => [place * MINUTE, 1, 2, 0.5, 1.5, place]),
    phases,
    events: from === to ? [] : [{ time: toIso(from * MINUTE), kind: 'spring', value: 0.5 }],
    timeframes: ['1m'],
    ...(from > 0 ? { next: toIso(from * MINUTE) } : {}),
    ...given,
  };
}
const places = ({ bars }: { bars: readonly { time: number }[] }) => bars.map(({ time }) => time / MINUTE);

describe('bars of a chart', () => {
  it('are the same out of any pages that meet, and know where the older ones begin', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 9 }), (cut, overlap) => {
        const whole = fromPage(aPage(0, 60));
        const later = fromPage(aPage(cut, 60));
        const earlier = fromPage(aPage(0, Math.min(60, cut + overlap)));
        for (const one of [joined(later, earlier), joined(earlier, later)]) {
          expect(one.bars).toEqual(whole.bars);
          expect(one.older).toBeNull();
        }
      }),
    );
    expect(joined(NO_BARS, fromPage(aPage(5, 9))).older).toBe(toIso(5 * MINUTE));
    expect(joined(fromPage(aPage(5, 9)), fromPage(aPage(8, 12))).older).toBe(toIso(5 * MINUTE));
  });

  it('keep what was shown of a bar, whatever comes later', () => {
    const first = fromPage(aPage(0, 5));
    const other = fromPage(
      aPage(3, 8, { phases: [{ from: toIso(0), to: toIso(9 * MINUTE), wyckoff_phase: 'unknown', tier: 0 }] }),
    );
    const both = joined(first, other);
    expect(places(both)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(both.bars.map(({ phase }) => phase?.name)).toEqual([
      ...Array(5).fill('markup'),
      ...Array(3).fill('unknown'),
    ]);
  });

  it('have no phase where the page has none', () => {
    const page = aPage(0, 4);
    const { bars } = fromPage({ ...page, phases: page.phases.slice(2, 3) });
    expect(bars.map(({ phase }) => phase?.name ?? null)).toEqual([null, null, 'markup', null]);
  });

  it('stand in bands of one phase', () => {
    expect(bandsOf(fromPage(aPage(5, 25)).bars)).toEqual([
      { from: 0, to: 4, name: 'markup' },
      { from: 5, to: 14, name: 'distribution' },
      { from: 15, to: 19, name: 'markup' },
    ]);
  });

  it('are found by an instant in them', () => {
    const { bars } = fromPage(aPage(5, 10));
    expect(barAt(bars, 5 * MINUTE - 1)).toBe(-1);
    expect(barAt(bars, 5 * MINUTE)).toBe(0);
    expect(barAt(bars, 7.5 * MINUTE)).toBe(2);
    expect(barAt(bars, 99 * MINUTE)).toBe(4);
    expect(barAt([], 0)).toBe(-1);
  });
});
