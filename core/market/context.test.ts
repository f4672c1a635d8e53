import { expect, it } from 'vitest';
import { analysisPayloadSchema } from '../contract/task.ts';
import { toRow } from './bar.ts';
import { marketContext } from './context.ts';
import { readPhase } from './phase.ts';
import { barsAlong } from './testing/bars.ts';
import { volumeTrend } from './volume-trend.ts';

const SOCKET_BYTES = 256 * 1_024;
const bars = barsAlong([
  { count: 700, drift: 0.002 },
  { count: 80, drift: 0 },
]).map((bar, place) => ({ ...bar, volume: 100 + place }));

it('is empty where no bar is held', () => {
  expect(marketContext([])).toEqual({ bars: [], context_tier: null, market_context: null });
});

it('carries the newest 250 bars as rows and the engine reading of them', () => {
  const context = marketContext(bars);
  expect(context.bars).toEqual(bars.slice(-250).map(toRow));
  expect(context.context_tier).toBe('full');
  const { phase, tier, range, events } = readPhase(bars.slice(-500));
  expect(phase).toBe('distribution');
  expect(context.market_context).toEqual({ wyckoff_phase: phase, volume_trend: 'rising', tier, range, events });
  expect(volumeTrend(bars)).toBe('rising');
});

it('carries what there is of fewer bars, and says unknown', () => {
  const context = marketContext(bars.slice(0, 10));
  expect(context.bars).toHaveLength(10);
  expect(context.context_tier).toBe('full');
  expect(context.market_context).toEqual({
    wyckoff_phase: 'unknown',
    volume_trend: 'unknown',
    tier: 0,
    range: null,
    events: [],
  });
});

it('fits a task payload and a socket message', () => {
  const payload = { symbol: 'ADA/BTC', timeframe: '5m', ...marketContext(bars) };
  expect(analysisPayloadSchema.parse(payload)).toEqual(payload);
  expect(JSON.stringify(payload).length).toBeLessThan(SOCKET_BYTES / 4);
});
