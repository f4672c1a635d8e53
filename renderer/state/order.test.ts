import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../../core/contract/result.ts';
import { toIso } from '../../core/signals/instant.ts';
import { anUpdate } from '../testing/an-update.ts';
import { COMPARE, matcher, orderOf, reordered } from './order.ts';
import { NO_SIGNALS, withUpdates } from './signals.ts';
import { EVERYTHING, type Filter, SORTS } from './view.ts';

const { bySymbol } = withUpdates(NO_SIGNALS, [
  anUpdate({ symbol: 'ADA/BTC', analyzed_at: '2026-01-05T14:00:00+02:00', offset: 3, degraded: true, risk_score: 0.1 }),
  anUpdate({ symbol: 'XLM/BTC', analyzed_at: '2026-01-05T12:00:00', offset: 4, signal: 'SELL', confidence: 0.595 }),
  anUpdate({
    symbol: 'GOOG',
    analyzed_at: '2026-01-05T12:00:01Z',
    offset: 1,
    signal: 'HOLD',
    warning: 'against the phase',
    confidence: 0.594,
    risk_score: 0.9,
  }),
]);
const shown = (given: Partial<Filter>, sort: (typeof SORTS)[number] = 'time', watched: string[] = []) =>
  orderOf(bySymbol, matcher({ ...EVERYTHING, ...given }, new Set(watched)), COMPARE[sort]);

describe('order', () => {
  it('is by instant, then offset, newest first', () => {
    expect(shown({})).toEqual(['GOOG', 'XLM/BTC', 'ADA/BTC']);
  });

  it('is by confidence, risk or name where asked', () => {
    expect(shown({}, 'confidence')).toEqual(['ADA/BTC', 'XLM/BTC', 'GOOG']);
    expect(shown({}, 'risk')).toEqual(['GOOG', 'XLM/BTC', 'ADA/BTC']);
    expect(shown({}, 'symbol')).toEqual(['ADA/BTC', 'GOOG', 'XLM/BTC']);
  });

  it('finds a part of a symbol in any case', () => {
    expect(shown({ search: ' /btc ' })).toEqual(['XLM/BTC', 'ADA/BTC']);
    expect(shown({ search: 'zzz' })).toEqual([]);
  });

  it('shows one kind of signal, what is degraded or warned of, what is on a list, or all of these', () => {
    expect(shown({ shown: 'buy' })).toEqual(['ADA/BTC']);
    expect(shown({ shown: 'sell' })).toEqual(['XLM/BTC']);
    expect(shown({ shown: 'hold' })).toEqual(['GOOG']);
    expect(shown({ warned: true })).toEqual(['GOOG', 'ADA/BTC']);
    expect(shown({ list: 'Mine' }, 'time', ['GOOG'])).toEqual(['GOOG']);
    expect(shown({ list: 'Mine', warned: true, shown: 'hold' }, 'time', ['GOOG', 'ADA/BTC'])).toEqual(['GOOG']);
  });

  it('goes by the percent that is shown: what says 60% is at least 60%', () => {
    expect(shown({ least: 60 })).toEqual(['XLM/BTC', 'ADA/BTC']);
    expect(shown({ least: 90 })).toEqual([]);
  });
});

describe('reordering', () => {
  const anyUpdate = fc
    .record({
      symbol: fc.constantFrom('A', 'B', 'C', 'D', 'E', '__proto__'),
      signal: fc.constantFrom(...SIGNALS),
      analyzed_at: fc.integer({ min: 0, max: 5 }).map((second) => toIso(second * 1_000)),
      offset: fc.integer({ min: 1, max: 20 }),
      confidence: fc.constantFrom(0.2, 0.6, 0.9),
      risk_score: fc.constantFrom(0.2, 0.6, 0.9),
      degraded: fc.boolean(),
    })
    .map(anUpdate);

  it('ends where sorting all anew ends, whatever changed', () => {
    fc.assert(
      fc.property(
        fc.array(anyUpdate, { maxLength: 20, size: 'max' }),
        fc.array(anyUpdate, { maxLength: 20, size: 'max' }),
        fc.constantFrom(...SORTS),
        fc.record({ warned: fc.boolean(), least: fc.constantFrom(0, 50), shown: fc.constantFrom('all', 'buy') }),
        (first, more, sort, given) => {
          const passes = matcher({ ...EVERYTHING, ...given } as Filter, new Set());
          const before = withUpdates(NO_SIGNALS, first);
          const after = withUpdates(before, more);
          const order = orderOf(before.bySymbol, passes, COMPARE[sort]);
          expect(reordered(order, before.bySymbol, after.bySymbol, passes, COMPARE[sort])).toEqual(
            orderOf(after.bySymbol, passes, COMPARE[sort]),
          );
        },
      ),
    );
  });

  it('drops what is gone', () => {
    const passes = matcher(EVERYTHING, new Set());
    const before = withUpdates(NO_SIGNALS, [anUpdate({ symbol: 'A' }), anUpdate({ symbol: 'B' })]);
    const after = withUpdates(NO_SIGNALS, [anUpdate({ symbol: 'B', offset: 2 })]);
    expect(reordered(['A', 'B'], before.bySymbol, after.bySymbol, passes, COMPARE.time)).toEqual(['B']);
  });
});
