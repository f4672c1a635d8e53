import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Command } from 'commander';
import { systemClock } from '../kit/clock.ts';
import { UsageError } from '../kit/errors.ts';
import type { FromWorker, Share } from './worker.ts';

/** With fewer seeds than this a situation may be missed by chance. */
const SEEDS_FOR_LABELS = 300;

function whole(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`${option} ${text} is not a whole number from 1`);
  return value;
}

const SEED_MAX = 2 ** 31 - 1;

/** Plays one share in a thread of its own. */
function playShare(share: Share): Promise<FromWorker> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: share });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('a thread of the simulation ended without a word')));
  });
}

const command = new Command('sim')
  .description('years of faults from a seed, around the real orchestrator and bridge')
  .option('--seeds <count>', 'how many runs', '300')
  .option('--seed <seed>', 'the first seed', '1')
  .option('--steps <count>', 'what happens in a run', '500')
  .option('--no-shrink', 'do not look for the fewest steps that fail')
  .parse();
const options = command.opts<{ seeds: string; seed: string; steps: string; shrink: boolean }>();
const seeds = whole('--seeds', options.seeds);
const first = whole('--seed', options.seed);
const steps = whole('--steps', options.steps);
const clock = systemClock();
const since = clock.monotonic();
const threads = Math.min(seeds, availableParallelism());
const lowest = new Int32Array(new SharedArrayBuffer(4)).fill(SEED_MAX);
const told = await Promise.all(
  Array.from({ length: threads }, (_, place) =>
    playShare({ first: first + place, step: threads, end: first + seeds, steps, shrinks: options.shrink, lowest }),
  ),
);
// The first by number, not by the clock: the same seeds end in the same word however the threads ran.
const [failure] = told
  .flatMap((message) => (message.is === 'failed' ? [message] : []))
  .toSorted((a, b) => a.seed - b.seed);
const seconds = ((clock.monotonic() - since) / 1_000).toFixed(1);
if (failure) {
  console.log(`seed ${failure.seed} failed: ${failure.message}`);
  for (const step of failure.shrunk) console.log(`  ${step}`);
  console.log(`again: npm run sim -- --seed ${failure.seed} --seeds 1 --steps ${steps}`);
  process.exit(1);
}
const counts = new Map<string, number>();
for (const message of told)
  if (message.is === 'done')
    for (const [label, count] of message.labels) counts.set(label, (counts.get(label) ?? 0) + count);
for (const [label, count] of counts) console.log(`${String(count).padStart(9)}  ${label}`);
const missed = [...counts].filter(([, count]) => count === 0).map(([label]) => label);
console.log(`${seeds} seeds of ${steps} steps held, in ${seconds} s on ${threads} threads`);
if (missed.length > 0 && seeds >= SEEDS_FOR_LABELS) {
  console.log(`never reached, so nothing is proven of it: ${missed.join(', ')}`);
  process.exit(1);
}
