import { FAULT_POINTS, type FaultPoint } from '../../core/kit/fault-points.ts';
import { dice } from '../support/dice.ts';
import { type Kill, type KillReport, Lane } from './lane.ts';

export interface SweepOptions {
  /** Kills at each point. */
  each: number;
  seed: number;
  lanes: number;
  points?: readonly FaultPoint[];
  onKill?: (report: KillReport) => void;
}

export interface SweepReport {
  kills: number;
  results: number;
  /** Kills at each point that left a result on the disk of which nobody had been told. */
  untold: ReadonlyMap<FaultPoint, number>;
}

/** Points that an engine passes once in its life, or seldom. */
const ONCE: ReadonlySet<FaultPoint> = new Set(['migrate_before', 'migrate_after', 'checkpoint_before']);
/** Between the commit and the ack there is always something stored that nobody knows of. */
export const UNTOLD: readonly FaultPoint[] = ['after_commit', 'anchor_before', 'anchor_after', 'before_ack'];
const VISITS = 60;
/** Engines one after the other on one data folder; what they have stored is looked at after each. */
const LANE_KILLS = 20;

/** Kills an engine at every point, over and over; throws where a promise does not hold or a point is missed. */
export async function sweep({
  each,
  seed,
  lanes,
  points = FAULT_POINTS,
  onKill = () => {},
}: SweepOptions): Promise<SweepReport> {
  const random = dice(seed);
  const kills: Kill[] = points.flatMap((point) =>
    Array.from({ length: each }, () => ({ point, visit: ONCE.has(point) ? 1 : 1 + Math.floor(random() * VISITS) })),
  );
  const mixed = kills.map((kill) => ({ kill, lot: random() })).sort((a, b) => a.lot - b.lot);
  const left = mixed.map(({ kill }) => kill);
  const untold = new Map<FaultPoint, number>();
  let results = 0;
  const lane = async (kills: readonly Kill[]): Promise<void> => {
    const one = new Lane(Math.floor(random() * 2 ** 32));
    await one.begin();
    for (const kill of kills) {
      const report = await one.kill(kill);
      results += report.results;
      if (report.untold > 0) untold.set(kill.point, (untold.get(kill.point) ?? 0) + 1);
      onKill(report);
    }
    await one.finish();
  };
  const work = async (): Promise<void> => {
    while (left.length > 0) await lane(left.splice(0, LANE_KILLS));
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return { kills: kills.length, results, untold };
}
