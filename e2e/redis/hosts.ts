import { Fleet, type FleetReport } from './fleet.ts';

const EVERY_MS = 2_000;
const KILLS_MIN = 6;

export interface HostsReport extends FleetReport {
  kills: number;
}

/** One engine, two gateways, four agents and eight viewers; something is killed every two seconds, in turn. */
export async function killHosts(seconds: number, seed: number): Promise<HostsReport> {
  const size = { gateways: 2, viewers: 8, agents: 4, seed };
  const fleet = await Fleet.start(size);
  const turns = [
    () => fleet.killEngine(),
    (round: number) => fleet.killGateway(round % size.gateways),
    (round: number) => fleet.killAgent(round % size.agents),
    async () => {
      await fleet.redis.kill();
      await fleet.redis.start();
    },
  ];
  try {
    const end = performance.now() + seconds * 1_000;
    let kills = 0;
    for (let next = performance.now(); performance.now() < end || kills < KILLS_MIN; kills += 1) {
      await turns[kills % turns.length]?.(Math.floor(kills / turns.length));
      next += EVERY_MS;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    }
    return { kills, ...(await fleet.finish()) };
  } finally {
    await fleet.end();
  }
}
