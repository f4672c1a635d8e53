import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { type BarsPage, barsPageSchema } from '../core/contract/bars.ts';
import type { Status } from '../core/contract/sidebar.ts';
import { startProgram, until } from './support/program.ts';

const BARS = fileURLToPath(new URL('./story/ADABTC-5m.csv', import.meta.url));

it('a page of bars, in their own timeframe and in longer ones, page by page, and what is refused', async () => {
  const program = await startProgram(['--feed', `csv:${BARS}`, '--agents', 'none', '--speed', '200000']);
  onTestFinished(() => program.kill());
  await until('the replay to end', async () => (await program.get<Status>('/api/status')).ended);
  const read = async (query: string): Promise<BarsPage> =>
    barsPageSchema.parse(await program.get(`/api/bars?symbol=ADA/BTC&${query}`));

  const own = await read('timeframe=5m');
  expect(own.items).toHaveLength(140);
  expect(own.timeframes).toContain('1h');
  expect(own.phases.at(-1)).toMatchObject({ wyckoff_phase: 'distribution', to: '2018-01-17T19:00:00.000Z' });
  expect(own.next).toBeUndefined();

  const last = await read('timeframe=5m&limit=50');
  const before = await read(`timeframe=5m&limit=100&before=${last.next}`);
  expect([...before.items, ...last.items]).toEqual(own.items);

  const hours = await read('timeframe=1h');
  expect(hours.items.length).toBe(11);
  expect(hours.items.at(-1)?.[4]).toBe(own.items.at(-1)?.[4]);

  expect(await read('timeframe=1m')).toMatchObject({ items: [], phases: [], events: [] });
  const ask = async (query: string, token = program.tokens.viewer) => {
    const response = await fetch(`${program.url}/api/bars?${query}`, { headers: { authorization: `Bearer ${token}` } });
    return [response.status, ((await response.json()) as { message?: string }).message];
  };
  expect(await ask('symbol=NOPE/BTC&timeframe=5m')).toEqual([200, undefined]);
  expect(await ask('symbol=ADA/BTC')).toEqual([400, expect.stringContaining('timeframe')]);
  expect(await ask('symbol=ADA/BTC&timeframe=5m&before=yesterday')).toEqual([400, expect.stringContaining('before')]);
  expect(await ask('symbol=ADA/BTC&timeframe=5m&limit=1000000')).toEqual([400, expect.stringContaining('limit')]);
  expect((await ask('symbol=ADA/BTC&timeframe=5m', program.tokens.agent))[0]).toBe(403);
});
