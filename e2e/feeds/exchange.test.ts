import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BarsPage } from '../../core/contract/bars.ts';
import type { Status } from '../../core/contract/sidebar.ts';
import { aFolder } from '../support/folders.ts';
import { type Program, startProgram, until } from '../support/program.ts';
import { FakeBinance, type Fault } from './fake-binance.ts';

const MINUTE = 60_000;
/** So far behind that the engine takes every bar of the fake market for one that has closed. */
const BEHIND = 30 * MINUTE;
const FEED = ['--feed', 'ccxt:binance:BTC/USDT@1m', '--agents', 'none', '--analyse', 'asked'];

let exchange: FakeBinance;
let engine: Program;
beforeEach(async () => {
  exchange = await FakeBinance.listen();
  process.env.AURORA_EXCHANGE_URL = exchange.url;
});
afterEach(async () => {
  await engine.kill();
  exchange.close();
});

const bars = async (): Promise<BarsPage['items']> =>
  (await engine.get<BarsPage>('/api/bars?symbol=BTC%2FUSDT&timeframe=1m&limit=2000')).items;
const newest = async (): Promise<number> => (await bars()).at(-1)?.[0] ?? 0;
const feed = async (): Promise<Status['feeds'][number] | undefined> =>
  (await engine.get<Status>('/api/status')).feeds[0];
const hasAllUpTo = (time: number) =>
  until(`the bar of ${new Date(time).toISOString()}`, async () => (await newest()) === time);

/** What is stored that should not be: bars twice, out of order, or missing though the exchange has them. */
async function wrong(): Promise<string[]> {
  const times = (await bars()).map(([time]) => time);
  return times.slice(1).flatMap((time, place) => {
    const before = times[place] as number;
    const missing: number[] = [];
    for (let minute = before + MINUTE; minute < time; minute += MINUTE)
      if (!exchange.skipped.has(minute)) missing.push(minute);
    return time <= before ? [`${time} after ${before}`] : missing.map((minute) => `no ${minute}`);
  });
}

async function during(fault: Fault, minutes: number): Promise<void> {
  exchange.set(fault);
  exchange.now += minutes * MINUTE;
  const before = exchange.asked;
  await until('two more requests', () => exchange.asked >= before + 2);
}

it('an exchange that goes mute, repeats, skips, goes back, sends text and zero volume, or is gone: states shown, nothing wrong stored, no gap or double, also after kill -9', {
  timeout: 120_000,
}, async () => {
  exchange.now -= BEHIND;
  const start = exchange.now - 1_000;
  const data = aFolder();
  engine = await startProgram(FEED, data);
  await hasAllUpTo(start);
  expect((await bars()).length).toBeGreaterThan(450);
  const muted = await feed();
  expect(muted).toMatchObject({ name: 'ccxt:binance', state: 'mute', symbols: 1 });
  expect(muted?.message).toMatch(/binance answers but has sent no bar of BTC\/USDT 1m/);

  await during('repeats', 2);
  await during('goes back', 2);
  await during('text', 2);
  expect((await feed())?.message).toMatch(/unreadable/);
  exchange.set('none');
  await hasAllUpTo(start + 6 * MINUTE);
  await during('zero volume', 1);
  expect((await bars()).at(-1)?.[5]).toBe(0);

  exchange.set('gone');
  const gone = await until('the feed to say so', async () => {
    const now = await feed();
    return now?.state === 'reconnecting' && now;
  });
  expect(gone.message).toMatch(/binance cannot be reached .*tried again by itself/);
  exchange.now += 3 * MINUTE;
  await engine.kill();
  exchange.set('none');
  engine = await startProgram(FEED, data);
  await hasAllUpTo(start + 10 * MINUTE);

  exchange.skipped.add(start + 11 * MINUTE);
  exchange.now += 2 * MINUTE;
  await hasAllUpTo(start + 12 * MINUTE);
  expect((await feed())?.message).toMatch(/missing/);
  expect(await wrong()).toEqual([]);

  exchange.now = Math.floor(Date.now() / MINUTE) * MINUTE + 1_000;
  await until('the feed to be live', async () => (await feed())?.state === 'live');
  expect(await wrong()).toEqual([]);
});

it('a symbol that the exchange does not have is named, and costs the others nothing', {
  timeout: 40_000,
}, async () => {
  engine = await startProgram(['--feed', 'ccxt:binance:BTC/USDT@1m,DOGE/USDT@1m', '--agents', 'none']);
  const refused = await until('the feed to say so', async () => {
    const now = await feed();
    return now?.state === 'refused' && now;
  });
  expect(refused.message).toMatch(/will not give DOGE\/USDT 1m .*check the symbol/);
  await until('bars of the other one', async () => (await bars()).length > 0);
  const text = await (
    await fetch(`${engine.url}/metrics`, { headers: { authorization: `Bearer ${engine.tokens.viewer}` } })
  ).text();
  expect(text).toMatch(/aurora_feeds\{feed="ccxt:binance",state="refused"\} 1/);
});

it('bars that an operator brings are stored once, and are there after kill -9', async () => {
  const data = aFolder();
  const args = ['--feed', 'none', '--agents', 'none'];
  engine = await startProgram(args, data);
  const start = Math.floor(Date.now() / MINUTE) * MINUTE - 40 * MINUTE;
  const rows = Array.from({ length: 30 }, (_, place) => [start + place * MINUTE, 10, 11, 9, 10, 5]);
  const post = async (given: unknown[], token = engine.tokens.operator) => {
    const response = await fetch(`${engine.url}/api/bars`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ symbol: 'BTC/USDT', timeframe: '1m', bars: given }),
    });
    return { status: response.status, body: await response.json() };
  };
  expect(await post(rows)).toEqual({ status: 200, body: { taken: 30, left: 0 } });
  expect(await post([...rows, [Date.now() + MINUTE, 10, 11, 9, 10, 5]])).toEqual({
    status: 200,
    body: { taken: 0, left: 31 },
  });
  expect(await post(rows, engine.tokens.agent)).toMatchObject({ status: 200, body: { taken: 0 } });
  expect(await post(rows, engine.tokens.viewer)).toMatchObject({ status: 403 });
  expect(await post([[start, 'text', 11, 9, 10, 5]])).toMatchObject({ status: 400, body: { code: 'invalid_message' } });
  await engine.kill();
  engine = await startProgram(args, data);
  expect((await bars()).length).toBe(30);
});
