import { cpus } from 'node:os';
import { Command } from 'commander';
import { FAULT_POINTS } from '../../core/kit/fault-points.ts';
import { failEach } from '../disk/failing-disk.ts';
import type { FleetReport } from '../redis/fleet.ts';
import { killHosts } from '../redis/hosts.ts';
import { ALL_FAULTS, harmRedis } from '../redis/redis-faults.ts';
import { aFolder } from '../support/folders.ts';
import { sweep, UNTOLD } from './sweep.ts';

const { points, seed, disk, hosts, redis, seconds } = new Command()
  .name('npm run kill --')
  .description('kills a working engine at every point of a result’s way and looks at what is left')
  .option('--points <n>', 'kills altogether', Number, 1_000)
  .option('--seed <n>', 'begin elsewhere', Number, 1)
  .option('--disk', 'in place of kills, lets each write and each sync of the store fail in turn')
  .option('--hosts', 'in their place, kills engine, gateways, agents and Redis of several hosts in turn')
  .option('--redis', 'in their place, kills, empties, stops and sets back the Redis between engine and gateways')
  .option('--seconds <n>', 'how long --hosts goes on', Number, 60)
  .parse()
  .opts<{ points: number; seed: number; disk?: boolean; hosts?: boolean; redis?: boolean; seconds: number }>();

if (disk) await failDisk();
else if (hosts) tell(await killHosts(seconds, seed));
else if (redis) tell(await harmRedis(ALL_FAULTS, seed));
else await killAll();

function tell({ wrong, ...report }: FleetReport): void {
  for (const sentence of wrong) console.error(sentence);
  console.log(report, `${wrong.length} promises broken`);
  // Its processes are ended; connections of theirs may not have noticed yet.
  process.exit(wrong.length > 0 ? 1 : 0);
}

async function failDisk(): Promise<void> {
  const { faults, wrong } = await failEach(aFolder, 1);
  for (const sentence of wrong) console.error(sentence);
  console.log(`${faults} faults of the disk, ${wrong.length} of them with something wrong afterwards`);
  if (wrong.length > 0 || faults === 0) process.exitCode = 1;
}

async function killAll(): Promise<void> {
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
}
