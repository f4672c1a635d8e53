import { interleaved, type Subject } from '../rounds.ts';
import { filteredAndSorted, indexed } from './choice.ts';
import { Floor } from './floor.ts';

const SIZES = [10, 100, 1_000, 10_000] as const;
const BUSY = { 'all idle': 0, '90 % busy': 0.9 } as const;
const ROUNDS = { rounds: 101, roundMs: 4 };
/** Ten thousand agents may cost this many times what ten cost. */
const TARGET = 1.6;
const NAME_WIDTH = 38;
const WIDTH = 11;

interface Row {
  name: string;
  /** Held to the target; the others stand there to compare. */
  held: boolean;
  make: (agents: number, busy: number) => Subject;
  busy: number;
}

const METHODS: Pick<Row, 'name' | 'held' | 'make'>[] = [
  { name: 'Orchestrator.step', held: true, make: (agents, busy) => new Floor(agents, busy) },
  { name: 'CapabilityIndex.takeIdle', held: false, make: indexed },
  { name: 'filter and sort', held: false, make: filteredAndSorted },
];

const ROWS: Row[] = METHODS.flatMap((method) =>
  Object.entries(BUSY).map(([how, busy]) => ({ ...method, name: `${method.name}, ${how}`, busy })),
);

const figure = (value: number): string => Math.round(value).toLocaleString('en-US').padStart(WIDTH);
const line = (name: string, cells: readonly string[]): string => `${name.padEnd(NAME_WIDTH)}${cells.join('')}`;

export const dispatch = {
  about: 'what one dispatch costs with 10 and with 10,000 agents, beside filter-and-sort',

  run(): string {
    const subjects = ROWS.flatMap(({ make, busy }) => SIZES.map((agents) => make(agents, Math.floor(agents * busy))));
    const measured = interleaved(subjects, ROUNDS);
    const table = ROWS.map((row, place) => {
      const figures = measured.slice(place * SIZES.length, (place + 1) * SIZES.length);
      return { ...row, figures, ratio: (figures.at(-1) ?? 0) / (figures[0] ?? 1) };
    });
    const missed = table.filter(({ held, ratio }) => held && ratio > TARGET);
    const verdict =
      missed.length === 0 ? 'it holds' : `it does not hold for ${missed.map(({ name }) => name).join('; ')}`;
    return [
      `Nanoseconds, medians of ${ROUNDS.rounds} interleaved rounds. Orchestrator.step: one task from its submit written to its agent released.`,
      '',
      line('agents', [...SIZES.map((size) => figure(size)), '10,000 : 10'.padStart(WIDTH + 3)]),
      ...table.map(({ name, figures, ratio }) =>
        line(name, [...figures.map(figure), ratio.toFixed(2).padStart(WIDTH + 3)]),
      ),
      '',
      `Target for a dispatch: at most ${TARGET}: ${verdict}. (The index alone is a few pointers; ten agents fit into the nearest cache, ten thousand do not.)`,
    ].join('\n');
  },
};
