import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { SidebarUpdate, Status } from '../../core/contract/sidebar.ts';
import { foreignAgent, submitTask } from '../support/foreign-agent.ts';
import { startProgram, until } from '../support/program.ts';
import { rowOf } from './play.ts';

/** 140 real bars that end in a range which their shape alone calls distribution, on declining volume. */
const BARS = fileURLToPath(new URL('./ADABTC-5m.csv', import.meta.url));

it('on real bars the engine’s own tier 2 reading damps a BUY of 90% to 72%, though its agent named no phase', async () => {
  const args = ['--feed', `csv:${BARS}`, '--agents', 'none', '--speed', '20000'];
  const program = await startProgram(args);
  onTestFinished(() => program.kill());
  const agent = await foreignAgent(program, {
    trading_analysis: ({ symbol, timeframe }) => ({
      symbol,
      timeframe,
      signal: 'BUY',
      confidence: 0.9,
      risk_score: 0.5,
      reasoning: 'It must rise.',
    }),
    trading_signal: ({ symbol, timeframe, analysis }) => ({
      symbol,
      timeframe,
      signal: 'BUY',
      confidence: analysis?.original_confidence,
      risk_score: 0.5,
      reasoning: 'Confirmed.',
    }),
    last: () => ({}),
  });
  onTestFinished(() => agent.close());

  await until('the replay to end', async () => (await program.get<Status>('/api/status')).ended);
  // Once this is stored, so is the task of the last bar, and waits or is at work.
  await submitTask(program, { task_type: 'last' });
  const ended = await until('all of it to be validated', async () => {
    const status = await program.get<Status>('/api/status');
    const { items } = await program.get<{ items: SidebarUpdate[] }>('/api/signals');
    const idle = status.waiting.length === 0 && status.agents.every(({ tasks }) => tasks.length === 0);
    return idle && items[0]?.stage === 'signal' && { status, items };
  });
  expect(ended.status).toMatchObject({ origin: 'replay', market_time: '2018-01-17T19:00:00.000Z' });
  expect(ended.items.map(rowOf)).toEqual([
    {
      symbol: 'ADA/BTC',
      signal: 'BUY',
      confidence: '72%',
      before: '90%',
      risk: 'MEDIUM',
      degraded: false,
      warning: expect.stringContaining('BUY in distribution on declining volume'),
      phase: 'distribution',
      provisional: false,
    },
  ]);

  await program.kill();
  const again = await startProgram(args, program.data);
  onTestFinished(() => again.kill());
  expect((await again.get<{ items: SidebarUpdate[] }>('/api/signals')).items).toEqual(ended.items);
  expect(await again.get<Status>('/api/status')).toMatchObject({ ended: true });
});
