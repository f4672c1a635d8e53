/** Something to be measured: `run` does it so many times, `prepare` what must stand ready before. */
export interface Subject {
  prepare?(times: number): void;
  run(times: number): void;
}

export interface Rounds {
  rounds: number;
  /** How long one subject is given in one round, ms. */
  roundMs: number;
}

const WARM_UP_ROUNDS = 5;
const FIRST_TIMES = 8;
const TIMES_MAX = 5_000;

function nanoseconds(subject: Subject, times: number): number {
  subject.prepare?.(times);
  const start = process.hrtime.bigint();
  subject.run(times);
  return Number(process.hrtime.bigint() - start) / times;
}

/** How often a subject fits into one round, by the best of its warm-up: a hiccup must not make its rounds short. */
function timesFor(subject: Subject, roundMs: number): number {
  let best = Number.POSITIVE_INFINITY;
  let times = FIRST_TIMES;
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    best = Math.min(best, nanoseconds(subject, times));
    times = Math.min(TIMES_MAX, Math.max(1, Math.floor((roundMs * 1e6) / best)));
  }
  return times;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

/**
 * Nanoseconds of each subject, median of interleaved rounds: every round measures them all, beginning with
 * another one, so that what else the machine does meanwhile falls on all of them alike.
 */
export function interleaved(subjects: readonly Subject[], { rounds, roundMs }: Rounds): number[] {
  const times = subjects.map((subject) => timesFor(subject, roundMs));
  const measured = subjects.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const place = (turn + round) % subjects.length;
      measured[place]?.push(nanoseconds(subjects[place] as Subject, times[place] as number));
    }
  return measured.map(median);
}
