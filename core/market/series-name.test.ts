import { expect, it } from 'vitest';
import { readSeriesName } from './series-name.ts';

it.each([
  ['ADABTC-5m.csv', 'ADA/BTC', '5m'],
  ['/home/me/bars/DASHBTC-5m.csv', 'DASH/BTC', '5m'],
  ['EURUSD.csv', 'EUR/USD', null],
  ['eurusd.csv', 'EUR/USD', null],
  ['BTCUSD.csv', 'BTC/USD', null],
  ['BTCUSDT_1h.csv', 'BTC/USDT', '1h'],
  ['BTCUSDT-1h-2024-01.csv', 'BTC/USDT', '1h'],
  ['BTCUSDC-1M.csv', 'BTC/USDC', '1M'],
  ['1INCHUSDT-4H.csv', '1INCH/USDT', '4h'],
  ['OPUSDT.csv', 'OP/USDT', null],
  ['DOTUSD.csv', 'DOT/USD', null],
  ['BNBUSD.csv', 'BNB/USD', null],
  ['ETH-USD.csv', 'ETH/USD', null],
  ['BTC_EUR-1D.csv', 'BTC/EUR', '1d'],
  ['GOOG.csv', 'GOOG', null],
  ['goog-1d.csv', 'GOOG', '1d'],
  ['SP500.csv', 'SP500', null],
  ['BRK-B.csv', 'BRK-B', null],
  ['BRK.B.csv', 'BRK.B', null],
  ['3M.csv', '3M', null],
  ['XUSD.csv', 'XUSD', null],
  ['XYZUSDT.csv', 'XYZ/USDT', null],
  ['XFDUSD.csv', 'XFD/USD', null],
  ['BRK.AUSD.csv', 'BRK.AUSD', null],
  // Names that only end like a currency are no pairs.
  ['AIRBNB.csv', 'AIRBNB', null],
  ['HYUNDAI.csv', 'HYUNDAI', null],
  ['INDUSTRY.csv', 'INDUSTRY', null],
  ['RELIANCE.csv', 'RELIANCE', null],
  // SHIB/USD or SHI/BUSD: it stays whole.
  ['SHIBUSD.csv', 'SHIBUSD', null],
  ['__proto__.csv', '__PROTO__', null],
  ['my bars.csv', null, null],
  [`${'A'.repeat(40)}.csv`, null, null],
  ['GOOG-0d.csv', 'GOOG-0D', null],
])('reads %s as %s %s', (file, symbol, timeframe) => {
  expect(readSeriesName(file)).toEqual({ symbol, timeframe });
});
