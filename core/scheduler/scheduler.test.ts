import { describe, expect, it } from 'vitest';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { type Schedule, Scheduler } from './scheduler.ts';

const BTC = { symbol: 'BTC/USDT', timeframe: '5m' };
const BTC_1H = { symbol: 'BTC/USDT', timeframe: '1h' };
const ETH = { symbol: 'ETH/USDT', timeframe: '1h' };
const settled = () => new Promise(setImmediate);

function aScheduler(schedule: Schedule, watched: ReadonlySet<string> | null = null) {
  const clock = new FakeClock();
  const submitted: string[] = [];
  const overtaken: string[] = [];
  const refused = new Set<string>();
  const queue = {
    async analyse(symbol: string, timeframe: string) {
      if (refused.has(symbol)) return null;
      return `${symbol} ${timeframe}, ${submitted.push(`${symbol} ${timeframe}`)}`;
    },
    overtake: (taskId: string) => void overtaken.push(taskId),
  };
  const scheduler = new Scheduler({ schedule, watched, queue, clock, series: () => [BTC, ETH] });
  return { scheduler, clock, submitted, overtaken, refused };
}

describe('Scheduler', () => {
  it('analyses at each close, and lets each overtake the one before it of its series, once it is stored', async () => {
    const { scheduler, submitted, overtaken } = aScheduler({ is: 'close' });
    scheduler.closed(BTC);
    scheduler.closed(BTC_1H);
    await settled();
    scheduler.closed(BTC);
    expect(overtaken).toEqual([]);
    await settled();
    scheduler.closed(ETH);
    await settled();
    expect(submitted).toEqual(['BTC/USDT 5m', 'BTC/USDT 1h', 'BTC/USDT 5m', 'ETH/USDT 1h']);
    expect(overtaken).toEqual(['BTC/USDT 5m, 1']);
  });

  it('lets what waits go on waiting where a newer one is refused', async () => {
    const { scheduler, overtaken, refused } = aScheduler({ is: 'close' });
    scheduler.closed(BTC);
    await settled();
    refused.add('BTC/USDT');
    scheduler.closed(BTC);
    await settled();
    expect(overtaken).toEqual([]);
    refused.clear();
    scheduler.closed(BTC);
    await settled();
    expect(overtaken).toEqual(['BTC/USDT 5m, 1']);
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
