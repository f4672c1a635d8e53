import { expect, it, onTestFinished } from 'vitest';
import type { BarRow, TaskView } from '../../core/contract/task.ts';
import { aWorker } from '../support/foreign-agent.ts';
import { startProgram, until } from '../support/program.ts';

const MINUTE = 60_000;
const ANSWER = {
  symbol: 'ADA/BTC',
  timeframe: '1m',
  signal: 'HOLD',
  confidence: 0.5,
  risk_score: 0.5,
  reasoning: 'No.',
};

it('an analysis that waits is overtaken at the next close, and one that an agent has taken up is not', async () => {
  const program = await startProgram(['--feed', 'none', '--agents', 'none', '--analyse', 'close']);
  onTestFinished(() => program.kill());
  const worker = await aWorker(program, 'one-at-a-time', { max_concurrent: 1 });
  onTestFinished(() => worker.close());
  const first = Math.floor(Date.now() / MINUTE) * MINUTE - 60 * MINUTE;
  const bring = async (from: number, to: number): Promise<void> => {
    const bars: BarRow[] = [];
    for (let place = from; place < to; place += 1) bars.push([first + place * MINUTE, 1, 1.2, 0.9, 1.1, 100]);
    const response = await fetch(`${program.url}/api/bars`, {
      method: 'POST',
      headers: { authorization: `Bearer ${program.tokens.operator}`, 'content-type': 'application/json' },
      body: JSON.stringify({ symbol: 'ADA/BTC', timeframe: '1m', bars }),
    });
    expect([response.status, await response.json()]).toEqual([200, { taken: to - from, left: 0 }]);
  };
  const tasks = async (state: string) => (await program.get<{ items: TaskView[] }>(`/api/tasks?state=${state}`)).items;
  const the = (state: string) => until(`one task to be ${state}`, async () => (await tasks(state))[0]);

  await bring(0, 25);
  const held = await worker.assigned((await the('assigned')).task_id);
  await bring(25, 26);
  const waits = await the('queued');
  await bring(26, 27);
  expect(await the('cancelled')).toMatchObject({ task_id: waits.task_id, reason: 'overtaken' });
  const next = await the('queued');
  expect(worker.cancelled).toEqual([]);
  expect(await worker.complete(held, ANSWER)).toMatchObject({ ok: true });
  await worker.complete(await worker.assigned(`${held.task_id}:signal`), ANSWER);
  const { payload } = await worker.assigned(next.task_id);
  expect((payload.bars as BarRow[]).at(-1)?.[0]).toBe(first + 26 * MINUTE);
});
