import { parentPort, workerData } from 'node:worker_threads';
import { Labels } from './labels.ts';
import { isDeterministic, runSeed, shrink } from './run.ts';

export interface Share {
  /** Seeds `first`, `first + step` ... below `end`. */
  first: number;
  step: number;
  end: number;
  steps: number;
  shrinks: boolean;
  /** The lowest seed that failed in any thread: above it nobody has to look. */
  lowest: Int32Array<SharedArrayBuffer>;
}

export type FromWorker =
  | { is: 'failed'; seed: number; message: string; shrunk: string[] }
  | { is: 'done'; seeds: number; labels: [string, number][] };

/** One run in a hundred is played twice, to see that a seed is a run. */
const TWICE_EVERY = 100;

function lower(lowest: Int32Array<SharedArrayBuffer>, seed: number): void {
  for (let known = Atomics.load(lowest, 0); seed < known; known = Atomics.load(lowest, 0))
    Atomics.compareExchange(lowest, 0, known, seed);
}

async function play(
  { first, step, end, steps, shrinks, lowest }: Share,
  tell: (message: FromWorker) => void,
): Promise<void> {
  const labels = new Labels();
  let seeds = 0;
  for (let seed = first; seed < end && seed < Atomics.load(lowest, 0); seed += step) {
    seeds += 1;
    const failure = await runSeed(seed, steps, labels);
    if (failure) {
      lower(lowest, seed);
      const { message, commands } = shrinks ? await shrink(failure) : failure;
      return tell({ is: 'failed', seed, message, shrunk: commands.map(String) });
    }
    if (seed % TWICE_EVERY === 0 && !(await isDeterministic(seed, steps))) {
      lower(lowest, seed);
      return tell({ is: 'failed', seed, message: 'I13 a seed is a run: played twice it went two ways', shrunk: [] });
    }
  }
  tell({ is: 'done', seeds, labels: labels.counts() });
}

await play(workerData as Share, (message) => parentPort?.postMessage(message));
