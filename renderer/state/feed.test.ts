import { describe, expect, it } from 'vitest';
import type { Snapshot, Status } from '../../core/contract/sidebar.ts';
import { aStatus } from '../testing/a-status.ts';
import { anUpdate } from '../testing/an-update.ts';
import {
  NOTHING_HEARD,
  originOf,
  presentOf,
  withConnect,
  withDisconnect,
  withLink,
  withPainted,
  withPrices,
  withSnapshot,
  withStatus,
} from './feed.ts';

const aSnapshot = (given: Partial<Snapshot> = {}): Snapshot => ({
  store_epoch: 'e1',
  offset: 1,
  full: true,
  updates: [],
  ...given,
});
const replay = (given: Partial<Status>) => aStatus({ origin: 'replay', ...given });

describe('feed', () => {
  it('connects until it has had a snapshot, and reconnects after', () => {
    expect(withDisconnect(NOTHING_HEARD, true).link).toEqual({ is: 'connecting', unanswered: true });
    const live = withSnapshot(withLink(NOTHING_HEARD, { is: 'catching_up' }), aSnapshot(), 5);
    expect(live).toMatchObject({ link: { is: 'live' }, heardAt: 5 });
    expect(withDisconnect(live).link).toEqual({ is: 'reconnecting' });
  });

  it('measures ages by the wall clock when live and by market time in a replay', () => {
    const live = withSnapshot(NOTHING_HEARD, aSnapshot({ updates: [anUpdate()] }), 0);
    expect(presentOf(live, 77)).toBe(77);
    const replayed = withStatus(NOTHING_HEARD, replay({ market_time: '2026-01-05T12:00:00Z' }), 0);
    expect(presentOf(replayed, 77)).toBe(Date.UTC(2026, 0, 5, 12));
  });

  it('knows by its rows alone that it is a replay, and that market time is not before them', () => {
    const update = anUpdate({ origin: 'replay', analyzed_at: '2026-01-05T12:05:00Z' });
    const state = withSnapshot(NOTHING_HEARD, aSnapshot({ updates: [update] }), 0);
    expect(originOf(state)).toBe('replay');
    expect(presentOf(state, 77)).toBe(Date.UTC(2026, 0, 5, 12, 5));
    const later = withStatus(state, replay({ market_time: '2026-01-05T12:04:00Z' }), 0);
    expect(presentOf(later, 77)).toBe(Date.UTC(2026, 0, 5, 12, 5));
  });

  it('forgets market time and status with their store', () => {
    const first = withSnapshot(NOTHING_HEARD, aSnapshot(), 0);
    const replayed = withStatus(first, replay({ market_time: '2026-01-05T12:00:00Z' }), 0);
    const earlier = anUpdate({ origin: 'replay', analyzed_at: '2025-01-05T12:00:00Z' });
    const again = withConnect(withDisconnect(replayed));
    expect(again.status).toBeNull();
    const state = withSnapshot(again, aSnapshot({ store_epoch: 'e2', updates: [earlier] }), 1);
    expect(presentOf(state, 77)).toBe(Date.UTC(2025, 0, 5, 12));
  });

  it('remembers since when it lags', () => {
    const lagging = withStatus(NOTHING_HEARD, aStatus({ lag: 3 }), 10);
    expect(withStatus(lagging, aStatus({ lag: 5 }), 20).laggingSince).toBe(10);
    expect(withStatus(lagging, aStatus({ lag: 0 }), 20).laggingSince).toBeNull();
  });

  it('is the same object when a batch brings nothing newer', () => {
    const state = withPainted(NOTHING_HEARD, [anUpdate()]);
    expect(withPainted(state, [anUpdate()])).toBe(state);
  });

  it('keeps a price the same object until it changes, or what it is written with', () => {
    const ada = { symbol: 'ADA/BTC', price: 0.00005885, time: '2026-01-05T12:00:00.000Z', signal: null };
    const first = withPrices(NOTHING_HEARD, [ada, { ...ada, symbol: 'GOOG', price: 101.5 }]);
    expect(withPrices(first, [{ ...ada }])).toBe(first);
    const next = withPrices(first, [
      { ...ada },
      { ...ada, symbol: 'GOOG', price: 102, signal: { analyzed_at: ada.time, price: 100 } },
    ]);
    expect(next.prices.get('ADA/BTC')).toBe(first.prices.get('ADA/BTC'));
    expect(next.prices.get('GOOG')).toMatchObject({ price: 102, signal: { price: 100 } });
    const exact = withPrices(next, [{ ...ada, decimals: 8 }]);
    expect(exact.prices.get('ADA/BTC')).toMatchObject({ price: 0.00005885, decimals: 8 });
    const told = { analyzed_at: ada.time, price: 0.00005 };
    expect(withPrices(next, [{ ...ada, signal: told }]).prices.get('ADA/BTC')?.signal).toEqual(told);
  });
});
