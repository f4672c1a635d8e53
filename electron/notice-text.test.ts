import { expect, it } from 'vitest';
import { noticeOf } from './notice-text.ts';

const warned = { symbol: 'ADA/BTC', timeframe: '5m', signal: 'BUY', warning: 'BUY in distribution' } as const;

it('R12 a notice of a replay cannot be taken for a live one', () => {
  expect(noticeOf({ ...warned, origin: 'live' }, 0)).toEqual({
    title: 'ADA/BTC: BUY against the market',
    body: '5m: BUY in distribution',
  });
  expect(noticeOf({ ...warned, origin: 'replay' }, 2)).toEqual({
    title: 'REPLAY ADA/BTC: BUY against the market',
    body: '5m: BUY in distribution And 2 more since the last notice.',
  });
});
