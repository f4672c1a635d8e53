import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { SidebarUpdate, Status } from '../../core/contract/sidebar.ts';
import type { BarRow, TaskView } from '../../core/contract/task.ts';
import { foreignAgent, submitTask } from '../support/foreign-agent.ts';
import { type Program, startProgram, until } from '../support/program.ts';
import { rowOf } from './play.ts';

/** 140 real bars that end in a range which their shape alone calls distribution, on declining volume. */
const BARS = fileURLToPath(new URL('./ADABTC-5m.csv', import.meta.url));
const ARGS = ['--feed', `csv:${BARS}`, '--agents', 'none', '--speed', '20000'];
const LAST_CLOSE = '2018-01-17T19:00:00.000Z';

/** Resolves once the replay is over and the task of its last bar is stored, as is what is submitted after it. */
async function replayEnded(program: Program): Promise<void> {
  await until('the replay to end', async () => (await program.get<Status>('/api/status')).ended);
  await submitTask(program, { task_type: 'last' });
}

it('on real bars the engine’s own tier 2 reading damps a BUY of 90% to 72%, though its agent named no phase', async () => {
  const program = await startProgram(ARGS);
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

  await replayEnded(program);
  const ended = await until('all of it to be validated', async () => {
    const status = await program.get<Status>('/api/status');
    const { items } = await program.get<{ items: SidebarUpdate[] }>('/api/signals');
    const idle = status.waiting.length === 0 && status.agents.every(({ tasks }) => tasks.length === 0);
    return idle && status.lag === 0 && items[0]?.stage === 'signal' && { status, items };
  });
  expect(ended.status).toMatchObject({ origin: 'replay', market_time: LAST_CLOSE });
  expect(ended.items).toMatchObject([{ analyzed_at: LAST_CLOSE }]);
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
  const again = await startProgram(ARGS, program.data);
  onTestFinished(() => again.kill());
  expect((await again.get<{ items: SidebarUpdate[] }>('/api/signals')).items).toEqual(ended.items);
  expect(await again.get<Status>('/api/status')).toMatchObject({ ended: true });
});

it('an agent that comes late is given the newest bars: what waited for it with older ones is overtaken', async () => {
  const program = await startProgram(ARGS);
  onTestFinished(() => program.kill());
  await replayEnded(program);
  const given: unknown[] = [];
  const agent = await foreignAgent(program, {
    trading_analysis: ({ symbol, timeframe, bars }) => {
      given.push((bars as BarRow[]).at(-1)?.[0]);
      return { symbol, timeframe, signal: 'HOLD', confidence: 0.5, risk_score: 0.5, reasoning: 'Late.' };
    },
    trading_signal: ({ symbol, timeframe }) => ({
      symbol,
      timeframe,
      signal: 'HOLD',
      confidence: 0.5,
      risk_score: 0.5,
      reasoning: 'Late.',
    }),
    last: () => ({}),
  });
  onTestFinished(() => agent.close());
  await until('all of it to be done', async () => {
    const { waiting, agents } = await program.get<Status>('/api/status');
    return waiting.length === 0 && agents.every(({ tasks }) => tasks.length === 0);
  });
  expect(given).toEqual([Date.parse(LAST_CLOSE) - 300_000]);
  const { items } = await program.get<{ items: TaskView[] }>('/api/tasks?state=cancelled&limit=500');
  expect(items).toHaveLength(119);
  expect(new Set(items.map(({ reason }) => reason))).toEqual(new Set(['overtaken']));
});
