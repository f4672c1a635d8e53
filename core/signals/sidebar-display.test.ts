import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tradingAnalysisResultSchema } from '../contract/result.ts';
import { sidebarUpdateSchema } from '../contract/sidebar.ts';
import type { SettleInput } from './settle.ts';
import { toSidebarDisplay } from './sidebar-display.ts';
import { toSidebarUpdate } from './sidebar-update.ts';
import { aSettleInput, settled } from './testing/a-settle-input.ts';
import { anySettleInput } from './testing/any-settle-input.ts';

const row = (confidence: number, risk_score: number) =>
  toSidebarDisplay({ symbol: 'ETHBTC', signal: 'BUY', confidence, risk_score, warning: null, degraded: false });

/** What the store makes of a settled result. */
const stored = (input: SettleInput) =>
  tradingAnalysisResultSchema.parse({
    ...settled(input),
    raw_content_hash: null,
    latency_ms: { settled: 1, persisted: 4 },
    persisted_at: '2026-01-05T12:00:00.004Z',
    store_epoch: 'epoch-1',
    offset: 7,
    hash: 'abc',
  });

describe('the sidebar line', () => {
  it.each([
    [0, 'LOW'],
    [0.4, 'LOW'],
    [0.400000001, 'MEDIUM'],
    [0.7, 'MEDIUM'],
    [0.700000001, 'HIGH'],
    [1, 'HIGH'],
  ])('reads a risk of %d as %s', (score, risk) => {
    expect(row(0.5, score).risk).toBe(risk);
  });

  it.each([
    [0.68, '68%'],
    [0.685, '68%'],
    [0.575, '57%'],
    [0.125, '12%'],
    [0.295, '30%'],
    [0.005, '0%'],
  ])('shows a confidence of %d as %s', (confidence, shown) => {
    expect(row(confidence, 0).confidence).toBe(shown);
  });

  it('marks a degraded contradiction, and shows the settled confidence, not the original', () => {
    const said = { fallback_used: true, wyckoff_phase: 'distribution', volume_trend: 'declining', risk_score: 0.8 };
    expect(toSidebarDisplay(stored(aSettleInput({ said })))).toEqual({
      symbol: 'ETHBTC',
      signal: 'BUY',
      confidence: '36%',
      risk: 'HIGH',
      warning: expect.stringContaining('potential upthrust'),
      degraded: true,
    });
  });

  it('is the same of a stored record and of its update on the wire, which has its own schema', () => {
    fc.assert(
      fc.property(anySettleInput, (input) => {
        const record = stored(input);
        const update = sidebarUpdateSchema.parse(toSidebarUpdate(record));
        expect(toSidebarDisplay(update)).toEqual(toSidebarDisplay(record));
        expect(update).toMatchObject({ timestamp: record.completed_at, confidence: record.confidence, offset: 7 });
      }),
    );
  });
});
