import { statfsSync } from 'node:fs';
import { aFolder } from '../../e2e/support/folders.ts';
import { median } from '../rounds.ts';
import { syncs } from './disk.ts';
import { ms, table, verdict } from './page.ts';
import { Pair, type PairReport } from './pair.ts';
import type { Settings } from './settings.ts';
import { Durations } from './spread.ts';

const RATES = [100, 1_000] as const;
const TARGET = 1.6;
const SYNCS = 300;
const MEMORY = '/dev/shm';

const isMemory = (folder: string): boolean => {
  const TMPFS = 0x01021994;
  return statfsSync(folder).type === TMPFS;
};

type Where = 'disk' | 'memory';
type Measured = Record<Where, PairReport[]>;

/** From an agent's emit to the row at a viewer: the same engine with its data on the disk and in memory. */
export async function latency({ seconds, rounds, symbols, profile }: Settings): Promise<string> {
  const onDisk = aFolder();
  if (isMemory(onDisk)) return `Latency was not measured: ${onDisk} is in memory. Set TMPDIR to a folder on a disk.`;
  const pairs: Record<Where, Pair> = {
    disk: await Pair.start('program', onDisk, { execArgv: profile }),
    memory: await Pair.start('program', aFolder(MEMORY)),
  };
  const measured = RATES.map((): Measured => ({ disk: [], memory: [] }));
  const disk = new Durations();
  for (let round = 0; round < rounds; round += 1) {
    syncs(onDisk, SYNCS, disk);
    for (const [place, rate] of RATES.entries())
      for (const where of ['disk', 'memory'] as const)
        measured[place]?.[where].push(await pairs[where].run({ count: rate * seconds, rate, symbols, viewer: true }));
  }
  await Promise.all([pairs.disk.end(), pairs.memory.end()]);
  return page(measured, disk, seconds, rounds);
}

const of = (reports: readonly PairReport[], figure: 'p50' | 'p99'): number =>
  median(reports.map(({ row }) => row?.[figure] ?? Number.NaN));
const ackOf = (reports: readonly PairReport[], figure: 'p50' | 'p99'): number =>
  median(reports.map(({ ack }) => ack[figure]));

function page(measured: readonly Measured[], disk: Durations, seconds: number, rounds: number): string {
  const row = (name: string, figure: (one: Measured) => number): string[] => [
    name,
    ...measured.map((one) => ms(figure(one))),
  ];
  return [
    `Latency: agent's emit to viewer's receipt, ms, medians of ${rounds} rounds of ${seconds} s.`,
    table([
      ['', ...RATES.map((rate) => `${rate}/s`)],
      row('to the viewer, p50, data on the disk', ({ disk }) => of(disk, 'p50')),
      row('to the viewer, p50, data in memory', ({ memory }) => of(memory, 'p50')),
      row('to the viewer, p99, data on the disk', ({ disk }) => of(disk, 'p99')),
      row('to the viewer, p99, data in memory', ({ memory }) => of(memory, 'p99')),
      row('to the ack, p50, data on the disk', ({ disk }) => ackOf(disk, 'p50')),
      row('to the ack, p50, data in memory', ({ memory }) => ackOf(memory, 'p50')),
    ]),
    `The disk itself, 4 KiB written and synced: p50 ${ms(disk.spread.p50)} ms, p99 ${ms(disk.spread.p99)} ms.`,
    ...measured.map((one, place) =>
      verdict(
        `p50 on the disk : in memory at ${RATES[place]}/s`,
        of(one.disk, 'p50') / of(one.memory, 'p50'),
        'at most',
        TARGET,
      ),
    ),
  ].join('\n');
}
