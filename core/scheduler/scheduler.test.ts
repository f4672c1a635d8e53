import { describe, expect, it } from 'vitest';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { type Schedule, Scheduler } from './scheduler.ts';

const BTC = { symbol: 'BTC/USDT', timeframe: '5m' };
const ETH = { symbol: 'ETH/USDT', timeframe: '1h' };

function aScheduler(schedule: Schedule, watched: ReadonlySet<string> | null = null) {
  const clock = new FakeClock();
  const submitted: string[] = [];
  const waiting = new Set<string>();
  const queue = {
    isWaiting: (type: string, symbol: string) => type === 'trading_analysis' && waiting.has(symbol),
    submit: (symbol: string, timeframe: string) => void submitted.push(`${symbol} ${timeframe}`),
  };
  const scheduler = new Scheduler({ schedule, watched, queue, clock, series: () => [BTC, ETH] });
  return { scheduler, clock, submitted, waiting };
}

describe('Scheduler', () => {
  it('analyses at each close, but not what still waits for somebody', () => {
    const { scheduler, submitted, waiting } = aScheduler({ is: 'close' });
    scheduler.closed(BTC);
    waiting.add('BTC/USDT');
    scheduler.closed(BTC);
    scheduler.closed(ETH);
    expect(submitted).toEqual(['BTC/USDT 5m', 'ETH/USDT 1h']);
  });

  it('analyses all that has bars on an interval, whatever closes, until it is closed', () => {
    const { scheduler, clock, submitted } = aScheduler({ is: 'every', ms: 60_000 });
    scheduler.closed(BTC);
    expect(submitted).toEqual([]);
    clock.advance(60_000);
    expect(submitted).toEqual(['BTC/USDT 5m', 'ETH/USDT 1h']);
    scheduler.close();
    clock.advance(600_000);
    expect(submitted).toHaveLength(2);
  });

  it('analyses nothing by itself where it is to be asked', () => {
    const { scheduler, clock, submitted } = aScheduler({ is: 'asked' });
    scheduler.closed(BTC);
    clock.advance(3_600_000);
    expect(submitted).toEqual([]);
  });

  it('leaves alone what is not watched', () => {
    const { scheduler, submitted } = aScheduler({ is: 'close' }, new Set(['ETH/USDT']));
    scheduler.closed(BTC);
    scheduler.closed(ETH);
    expect(submitted).toEqual(['ETH/USDT 1h']);
  });
});
