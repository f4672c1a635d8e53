import { spawnSync } from 'node:child_process';
import { aFolder } from '../../e2e/support/folders.ts';
import { ms, table, verdict } from './page.ts';
import { Pair, type PairReport } from './pair.ts';
import type { Settings } from './settings.ts';

const RATE = 1_000;
const STALL_MS = 1_000;
const TARGET_MS = 4;
/** Which of the store's syncs stalls: one in the midst of the load. */
const STALLED_SYNC = 400;

const under = (...inject: string[]): Parameters<typeof Pair.start>[2] => ({
  execPath: 'strace',
  execArgv: [
    '-f',
    '--seccomp-bpf',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    'trace=fsync,fdatasync',
    ...inject,
    process.execPath,
  ],
});
const STALL = ['fsync', 'fdatasync'].flatMap((call) => [
  '-e',
  `inject=${call}:delay_enter=${STALL_MS * 1_000}:when=${STALLED_SYNC}`,
]);

async function loaded(seconds: number, symbols: number, inject: readonly string[]): Promise<PairReport> {
  const pair = await Pair.start('program', aFolder(), under(...inject));
  const report = await pair.run({ count: RATE * seconds, rate: RATE, symbols, viewer: true });
  await pair.end();
  return report;
}

/** What the main loop notices of a disk that takes a second for one sync. */
export async function stall({ seconds, symbols }: Settings): Promise<string> {
  if (spawnSync('strace', ['-V']).error)
    return 'There is no strace on this machine, so a stalling disk was not measured.';
  const calm = await loaded(seconds, symbols, []);
  const stalled = await loaded(seconds, symbols, STALL);
  const row = (name: string, of: (report: PairReport) => number): string[] => [name, ms(of(calm)), ms(of(stalled))];
  const hit = stalled.ack.max >= STALL_MS;
  return [
    `A disk that stalls for a second, ${RATE} results a second for ${seconds} s.`,
    table([
      ['', 'calm', 'stalled'],
      row('main loop delay, ms p99', ({ loop }) => loop.p99),
      row('main loop delay, ms max', ({ loop }) => loop.max),
      row('emit to ack, ms p50', ({ ack }) => ack.p50),
      row('emit to ack, ms max', ({ ack }) => ack.max),
    ]),
    hit
      ? verdict('Main loop delay p99 in ms while the disk stalls', stalled.loop.p99, 'at most', TARGET_MS)
      : 'The stall fell beside the load: give it more --seconds.',
  ].join('\n');
}
