import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WyckoffPhase } from '../contract/result.ts';
import type { Bar } from './bar.ts';
import { loadBundled } from './bundled.ts';
import { PHASE_BARS, phaseTrail, readPhase } from './phase.ts';
import { barsAlong, HOUR, MINUTE, mirrored, randomWalk, rescaled } from './testing/bars.ts';

const anyMarket = fc.record({ seed: fc.integer({ min: 1, max: 1_000_000 }), kind: fc.constantFrom('walk', 'legs') });
const marketOf = ({ seed, kind }: { seed: number; kind: string }): Bar[] =>
  kind === 'walk'
    ? randomWalk(300, { seed })
    : barsAlong(
        [-0.01, 0, 0.01, 0].map((drift) => ({ count: 75, drift })),
        { seed, wobble: 0.008 },
      );

const OTHER: Record<WyckoffPhase, WyckoffPhase> = {
  accumulation: 'distribution',
  distribution: 'accumulation',
  markup: 'markdown',
  markdown: 'markup',
  unknown: 'unknown',
};
const OTHER_EVENT: Record<string, string> = {
  spring: 'upthrust',
  upthrust: 'spring',
  selling_climax: 'buying_climax',
  buying_climax: 'selling_climax',
  close_above_range: 'close_below_range',
  close_below_range: 'close_above_range',
};

/** What can befall bars at a place: it is torn, silent, or cut by a split. */
const FAULTS: Record<string, (bars: readonly Bar[], place: number) => Bar[]> = {
  'no volume': (bars, at) => bars.map((bar, place) => (place === at ? { ...bar, volume: 0 } : bar)),
  'a price that is none': (bars, at) => bars.map((bar, place) => (place === at ? { ...bar, low: Number.NaN } : bar)),
  'a hole': (bars, at) => bars.map((bar, place) => (place < at ? bar : { ...bar, time: bar.time + HOUR })),
  'a split': (bars, at) => [...bars.slice(0, at), ...rescaled(bars.slice(at), 0.5, 2)],
  'a reverse split': (bars, at) => [...bars.slice(0, at), ...rescaled(bars.slice(at), 10, 0.1)],
  'a time twice': (bars, at) =>
    bars.map((bar, place) => (place === at ? { ...bar, time: bar.time - 5 * MINUTE } : bar)),
};

describe('the phase of any market', () => {
  it('is never changed by bars that come later', () => {
    fc.assert(
      fc.property(
        anyMarket,
        fc.constantFrom(...Object.keys(FAULTS)),
        fc.integer({ min: 60, max: 290 }),
        fc.integer({ min: 0, max: 299 }),
        (market, fault, place, cut) => {
          const bars = FAULTS[fault]?.(marketOf(market), place) ?? [];
          const { phase, tier } = readPhase(bars.slice(0, cut + 1));
          expect(phaseTrail(bars)[cut]).toEqual({ phase, tier });
        },
      ),
    );
  });

  it('is the same in any unit of price and volume', () => {
    fc.assert(
      fc.property(
        anyMarket,
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (market, price, volume) => {
          const bars = marketOf(market);
          const other = rescaled(bars, price, volume);
          expect(phaseTrail(other)).toEqual(phaseTrail(bars));
          const [one, two] = [readPhase(bars), readPhase(other)];
          expect(two.events.map(({ kind, time }) => [kind, time])).toEqual(
            one.events.map(({ kind, time }) => [kind, time]),
          );
          if (one.range) expect(two.range?.support).toBeCloseTo(one.range.support * price, 9 - Math.log10(price));
        },
      ),
    );
  });

  it('is the opposite one in the mirrored market, with opposite events', () => {
    fc.assert(
      fc.property(anyMarket, (market) => {
        const bars = marketOf(market);
        expect(phaseTrail(mirrored(bars))).toEqual(
          phaseTrail(bars).map(({ phase, tier }) => ({ phase: OTHER[phase], tier })),
        );
        expect(readPhase(mirrored(bars)).events.map(({ kind }) => kind)).toEqual(
          readPhase(bars).events.map(({ kind }) => OTHER_EVENT[kind]),
        );
      }),
    );
  });

  it.each(Object.keys(FAULTS))('is unknown for the 43 bars that begin with %s, and known again', (fault) => {
    const bars = barsAlong([{ count: 200, drift: 0.01 }]);
    const trail = phaseTrail(FAULTS[fault]?.(bars, 100) ?? []).map(({ phase }) => phase);
    expect(trail[99]).toBe('markup');
    expect(new Set(trail.slice(100, 143))).toEqual(new Set(['unknown']));
    expect(trail[145]).toBe('markup');
  });

  it('is unknown where there is no volume at all', () => {
    const bars = rescaled(barsAlong([{ count: 200, drift: 0.01 }]), 1, 0);
    expect(readPhase(bars)).toMatchObject({ phase: 'unknown', tier: 0 });
  });

  it('is unknown after a split within a bar, and known through a mere gap', () => {
    const bars = barsAlong([{ count: 200, drift: 0.01 }]);
    const cut = bars.flatMap((bar, place) => {
      if (place < 150) return [bar];
      const [half] = rescaled([bar], 0.5, 2);
      return half ? [place === 150 ? { ...half, open: bar.open, high: bar.high } : half] : [];
    });
    expect(phaseTrail(cut)[150]?.phase).toBe('unknown');
    const gap = [...bars.slice(0, 150), ...rescaled(bars.slice(150), 1.2, 1)];
    expect(phaseTrail(gap)[150]?.phase).toBe('markup');
  });

  it('never throws, whatever the figures', () => {
    const figure = fc.oneof(fc.double(), fc.constantFrom(0, 1, -1, 1e308, 5e-324));
    const anyBar = fc.record({ time: figure, open: figure, high: figure, low: figure, close: figure, volume: figure });
    fc.assert(
      fc.property(fc.array(anyBar, { minLength: 45, maxLength: 60 }), (bars) => {
        expect(readPhase(bars).phase).toBe('unknown');
      }),
    );
    const still = barsAlong([{ count: 120, drift: 0 }]).map((bar) => ({ ...bar, open: 5, high: 5, low: 5, close: 5 }));
    expect(readPhase(still).phase).toBe('unknown');
  });
});

describe('the phases of real bars', async () => {
  const series = await loadBundled();

  it('are all met, and none is everything', () => {
    const labels = series.flatMap(({ bars }) => phaseTrail(bars));
    const share = (wanted: WyckoffPhase) => labels.filter(({ phase }) => phase === wanted).length / labels.length;
    for (const phase of ['markup', 'markdown'] as const) {
      expect(share(phase)).toBeGreaterThan(0.02);
      expect(share(phase)).toBeLessThan(0.2);
    }
    for (const phase of ['accumulation', 'distribution'] as const) {
      expect(share(phase)).toBeGreaterThan(0.1);
      expect(share(phase)).toBeLessThan(0.35);
    }
    expect(share('unknown')).toBeLessThan(0.5);
    const ranging = labels.filter(({ phase }) => phase === 'accumulation' || phase === 'distribution');
    expect(ranging.filter(({ tier }) => tier === 1).length / ranging.length).toBeLessThan(0.5);
  });

  it('are read alike from the newest 500 bars and from all', () => {
    for (const { bars } of series) {
      const trail = phaseTrail(bars);
      for (let last = PHASE_BARS; last < bars.length; last += 97) {
        const { phase, tier } = readPhase(bars.slice(last + 1 - PHASE_BARS, last + 1));
        expect({ phase, tier }).toEqual(trail[last]);
      }
    }
  });
});
