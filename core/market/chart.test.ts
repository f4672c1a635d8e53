import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toIso } from '../signals/instant.ts';
import { loadBundled } from './bundled.ts';
import { chartPage } from './chart.ts';
import { PHASE_BARS, readPhase } from './phase.ts';
import { barsAlong, MINUTE, MONDAY } from './testing/bars.ts';

const MARKET = barsAlong(
  [-0.01, 0, 0.01, 0, -0.01, 0, 0.01, 0].map((drift) => ({ count: 100, drift })),
  { wobble: 0.008 },
);
const ALL = { timeframe: '5m', before: Number.POSITIVE_INFINITY, limit: 10_000 };
const phaseAt = (phases: ReturnType<typeof chartPage>['phases'], time: number) =>
  phases.find(({ from, to }) => Date.parse(from) <= time && time < Date.parse(to));

describe('a page of a chart', () => {
  it('has each bar in the phase that was read when it had closed', () => {
    const { items, phases } = chartPage(MARKET, true, ALL);
    items.forEach(([time], place) => {
      const { phase, tier } = readPhase(MARKET.slice(Math.max(0, place + 1 - PHASE_BARS), place + 1));
      expect(phaseAt(phases, time)).toMatchObject({ wyckoff_phase: phase, tier });
    });
  });

  it('is the same in pieces, page by page back to the first bar', () => {
    const whole = chartPage(MARKET, true, ALL);
    fc.assert(
      fc.property(fc.integer({ min: 150, max: 400 }), (limit) => {
        const items: unknown[] = [];
        const events: unknown[] = [];
        let before = Number.POSITIVE_INFINITY;
        for (;;) {
          const page = chartPage(MARKET, true, { timeframe: '5m', before, limit });
          items.unshift(...page.items);
          events.unshift(...page.events);
          for (const [time] of page.items) {
            const { wyckoff_phase, tier } = phaseAt(page.phases, time) ?? {};
            expect(phaseAt(whole.phases, time)).toMatchObject({ wyckoff_phase, tier });
          }
          if (!page.next) break;
          before = Date.parse(page.next);
        }
        expect(items).toEqual(whole.items);
        expect(events).toEqual(whole.events);
      }),
      { numRuns: 20 },
    );
  });

  it('is never repainted by bars that come later', () => {
    const whole = chartPage(MARKET, true, ALL);
    for (const cut of [60, 150, 390, 610]) {
      const then = chartPage(MARKET.slice(0, cut), true, ALL);
      expect(whole.events.slice(0, then.events.length)).toEqual(then.events);
      for (const [time] of then.items) {
        const { wyckoff_phase, tier } = phaseAt(then.phases, time) ?? {};
        expect(phaseAt(whole.phases, time)).toMatchObject({ wyckoff_phase, tier });
      }
    }
  });

  it('names every event that a reading has named', () => {
    const { events } = chartPage(MARKET, true, ALL);
    expect(new Set(events.map(({ kind }) => kind)).size).toBeGreaterThan(2);
    for (let last = 50; last < MARKET.length; last += 7)
      for (const event of readPhase(MARKET.slice(Math.max(0, last - PHASE_BARS), last)).events)
        expect(events).toContainEqual(event);
  });

  it('says no phase of bars whose past is gone', () => {
    const { items, phases } = chartPage(MARKET, false, ALL);
    expect(items).toHaveLength(800);
    expect(phases[0]?.from).toBe(toIso(MONDAY + PHASE_BARS * 5 * MINUTE));
  });

  it('ends before an instant, and says where the older ones begin', () => {
    const page = chartPage(MARKET, true, { timeframe: '5m', before: MONDAY + 30 * MINUTE, limit: 4 });
    expect(page.items.map(([time]) => (time - MONDAY) / MINUTE)).toEqual([10, 15, 20, 25]);
    expect(page.next).toBe(toIso(MONDAY + 10 * MINUTE));
    expect(chartPage(MARKET, true, { timeframe: '5m', before: MONDAY, limit: 4 })).toEqual({
      items: [],
      phases: [],
      events: [],
    });
  });
});

it('a page of 2,000 real bars has events', async () => {
  const [series] = await loadBundled();
  const bars = series?.bars.slice(-2_000) ?? [];
  expect(chartPage(bars, false, ALL).events.length).toBeGreaterThan(0);
});
