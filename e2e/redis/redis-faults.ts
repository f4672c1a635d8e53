import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/program.ts';
import { Fleet, type FleetReport } from './fleet.ts';

export interface Faults {
  kills: number;
  /** How often it is emptied; every other time somebody else writes before the engine does. */
  empties: number;
  stops: number;
  stopMs: number;
  setBacks: number;
}

const STREAM = 'aaos:task_completions';
export const ALL_FAULTS: Faults = { kills: 100, empties: 20, stops: 10, stopMs: 10_000, setBacks: 10 };
/** So much happens before the next fault. */
const BETWEEN = 3;

/** A Redis that is killed, emptied, stopped and set back under load; the engine and its gateways go on. */
export async function harmRedis(faults: Faults, seed: number): Promise<FleetReport> {
  const fleet = await Fleet.start({ gateways: 2, viewers: 4, agents: 2, seed });
  try {
    await harm(fleet, faults);
    return await fleet.finish();
  } finally {
    await fleet.end();
  }
}

async function harm(fleet: Fleet, faults: Faults): Promise<void> {
  const { redis } = fleet;
  const dump = join(redis.folder, 'dump.rdb');
  const old = join(redis.folder, 'old.rdb');
  // While it saves by itself it saves no second time.
  await until('a snapshot', () =>
    redis.ask('SAVE').then(
      () => true,
      () => false,
    ),
  );
  copyFileSync(dump, old);
  const times = async (count: number, once: (nth: number) => Promise<void>): Promise<void> => {
    for (let nth = 0; nth < count; nth += 1) {
      await once(nth);
      await fleet.moved(BETWEEN);
      // Every third comes while what the one before did is not mended yet.
      if (nth % 3 !== 2) await fleet.copied();
    }
  };
  await times(faults.kills, async () => {
    await redis.kill();
    await redis.start();
  });
  await times(faults.empties, async (nth) => {
    await redis.ask('FLUSHALL');
    if (nth % 2 === 1) await redis.ask('XADD', STREAM, `${1_000_000 + nth}-0`, 'task_id', 'forged').catch(() => {});
  });
  await times(faults.stops, async () => {
    redis.pause();
    await new Promise((resolve) => setTimeout(resolve, faults.stopMs));
    redis.resume();
  });
  await times(faults.setBacks, async () => {
    await redis.kill();
    copyFileSync(old, dump);
    await redis.start();
  });
}
