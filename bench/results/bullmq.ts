import { Queue, Worker } from 'bullmq';
import type { FromBull, ToBull } from './messages.ts';

const NAME = 'trading_analysis';
const CONCURRENCY = 50;
const ADDS_AT_ONCE = 512;

/** Jobs a second of the size of the engine's tasks and results, from the first add to the last completion. */
async function measure({ port, count, task, result }: ToBull): Promise<number> {
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const queue = new Queue(NAME, { connection });
  const worker = new Worker(NAME, async () => result, { connection, concurrency: CONCURRENCY });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  const over = new Promise<void>((resolve) => {
    let completed = 0;
    worker.on('completed', () => {
      completed += 1;
      if (completed === count) resolve();
    });
  });
  const numbers = Array.from({ length: count }, (_, number) => number).values();
  const add = async (): Promise<void> => {
    for (const _ of numbers) await queue.add(NAME, task);
  };
  const start = performance.now();
  await Promise.all([over, ...Array.from({ length: ADDS_AT_ONCE }, add)]);
  const seconds = (performance.now() - start) / 1_000;
  await worker.close();
  await queue.close();
  return count / seconds;
}

process.on('message', async (message: ToBull) => {
  process.send?.({ is: 'measured', rate: await measure(message) } satisfies FromBull);
});
process.on('disconnect', () => process.exit());
