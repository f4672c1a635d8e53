import { cpus } from 'node:os';
import { Command } from 'commander';
import { FAULT_POINTS } from '../../core/kit/fault-points.ts';
import { sweep, UNTOLD } from './sweep.ts';

const { points, seed } = new Command()
  .name('npm run kill --')
  .description('kills a working engine at every point of a result’s way and looks at what is left')
  .option('--points <n>', 'kills altogether', Number, 1_000)
  .option('--seed <n>', 'begin elsewhere', Number, 1)
  .parse()
  .opts<{ points: number; seed: number }>();

const each = Math.max(1, Math.round(points / FAULT_POINTS.length));
const began = performance.now();
let done = 0;
const { kills, results, untold } = await sweep({
  each,
  seed,
  lanes: cpus().length,
  onKill: () => {
    done += 1;
    if (done % 50 === 0) console.log(`${done} kills, ${Math.round((performance.now() - began) / 1_000)} s`);
  },
});
console.log(
  `${kills} kills, ${each} at each of ${FAULT_POINTS.length} points; ${results} results stored; all promises held`,
);
for (const point of FAULT_POINTS)
  console.log(
    `  ${String(untold.get(point) ?? 0).padStart(4)} of ${each} at ${point} left a result of which nobody had been told`,
  );
const missed = UNTOLD.filter((point) => !untold.has(point));
if (missed.length > 0) {
  console.error(`Kills at ${missed.join(', ')} never left anything untold: the sweep has missed its points`);
  process.exitCode = 1;
}
