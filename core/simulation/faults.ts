import type { Random } from './random.ts';

/** How often what goes wrong; drawn once per seed, so that some runs know no fault and some only one, in plenty. */
export interface Faults {
  /** A message takes seconds instead of milliseconds. */
  slowNetwork: number;
  /** A message takes its connection with it. */
  cutOnMessage: number;
  /** Who notices a cut only after its ping has timed out. */
  halfOpen: number;
  /** A whole commit is refused (I/O error, disk full). */
  commitFails: number;
  /** One fact of a commit is refused alone. */
  factFails: number;
  slowCommit: number;
  /** At a crash in the middle of a commit, whether it had reached the disk. */
  crashAfterCommit: number;
  declines: number;
  /** An assignment is not acked. */
  mutes: number;
  /** An assignment is acked and never answered. */
  hangs: number;
  invalidResults: number;
  modelTimeouts: number;
  modelErrors: number;
  /** The model takes minutes instead of seconds. */
  slowModel: number;
  degraded: number;
  contradicts: number;
  /** A result is sent again, or under another lease, or for another's task. */
  lies: number;
  /** A viewer does not ack. */
  viewerStalls: number;
  /** The end of what was committed is gone at the next start, as after a damaged log. */
  tailLost: number;
  /** What was remembered beside the store is gone at the next start. */
  anchorLost: number;
}

const NAMES: readonly (keyof Faults)[] = [
  'slowNetwork',
  'cutOnMessage',
  'halfOpen',
  'commitFails',
  'factFails',
  'slowCommit',
  'crashAfterCommit',
  'declines',
  'mutes',
  'hangs',
  'invalidResults',
  'modelTimeouts',
  'modelErrors',
  'slowModel',
  'degraded',
  'contradicts',
  'lies',
  'viewerStalls',
  'tailLost',
  'anchorLost',
];

const none = (): Faults => Object.fromEntries(NAMES.map((name) => [name, 0])) as unknown as Faults;

export const NO_FAULTS: Readonly<Faults> = none();

/** A swarm: no faults, one kind in plenty, or a few of several kinds. */
export function drawFaults(random: Random): Faults {
  const faults = none();
  const style = random.share();
  if (style < 0.05) return faults;
  if (style < 0.35) {
    faults[random.pick(NAMES)] = 0.8 * random.share();
    return faults;
  }
  for (const name of NAMES) if (random.chance(0.5)) faults[name] = 0.15 * random.share();
  return faults;
}
