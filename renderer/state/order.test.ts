import { describe, expect, it } from 'vitest';
import { anUpdate } from '../testing/an-update.ts';
import { EVERYTHING, orderOf } from './order.ts';
import { NO_SIGNALS, withUpdates } from './signals.ts';

const { bySymbol } = withUpdates(NO_SIGNALS, [
  anUpdate({ symbol: 'ADA/BTC', analyzed_at: '2026-01-05T14:00:00+02:00', offset: 3, degraded: true }),
  anUpdate({ symbol: 'XLM/BTC', analyzed_at: '2026-01-05T12:00:00', offset: 4, signal: 'SELL' }),
  anUpdate({
    symbol: 'GOOG',
    analyzed_at: '2026-01-05T12:00:01Z',
    offset: 1,
    signal: 'HOLD',
    warning: 'against the phase',
  }),
]);

describe('order', () => {
  it('is by instant, then offset, newest first', () => {
    expect(orderOf(bySymbol, EVERYTHING)).toEqual(['GOOG', 'XLM/BTC', 'ADA/BTC']);
  });

  it('finds a part of a symbol in any case', () => {
    expect(orderOf(bySymbol, { search: ' /btc ', shown: 'all' })).toEqual(['XLM/BTC', 'ADA/BTC']);
    expect(orderOf(bySymbol, { search: 'zzz', shown: 'all' })).toEqual([]);
  });

  it('shows buys, sells, or what is degraded or warned of', () => {
    expect(orderOf(bySymbol, { search: '', shown: 'buy' })).toEqual(['ADA/BTC']);
    expect(orderOf(bySymbol, { search: '', shown: 'sell' })).toEqual(['XLM/BTC']);
    expect(orderOf(bySymbol, { search: '', shown: 'warned' })).toEqual(['GOOG', 'ADA/BTC']);
  });
});
