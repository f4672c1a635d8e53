import { aFolder } from '../../e2e/support/folders.ts';
import { median } from '../rounds.ts';
import type { EngineKind } from './messages.ts';
import { ms, perSecond, table } from './page.ts';
import { Pair, type PairReport } from './pair.ts';
import type { Settings } from './settings.ts';

const OFFERED = 5_000;
const PLACES = ['thread', 'main'] as const satisfies readonly EngineKind[];

/** The same path of a result with the writer in a thread of its own and on the main loop. */
export async function writerPlace({ seconds, rounds, symbols, profile }: Settings): Promise<string> {
  const count = OFFERED * seconds;
  const measured = PLACES.map((): PairReport[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [place, kind] of PLACES.entries()) {
      const pair = await Pair.start(kind, aFolder(), { execArgv: profile });
      measured[place]?.push(await pair.run({ count, rate: OFFERED, symbols, viewer: true }));
      await pair.end();
    }
  const row = (name: string, show: (value: number) => string, of: (report: PairReport) => number): string[] => [
    name,
    ...measured.map((reports) => show(median(reports.map(of)))),
  ];
  return [
    `Where the writer runs, ${perSecond(OFFERED)} results a second offered for ${seconds} s, medians of ${rounds} rounds.`,
    table([
      ['', 'thread', 'main loop'],
      row('results a second', perSecond, (report) => count / report.seconds),
      row('emit to ack, ms p50', ms, ({ ack }) => ack.p50),
      row('emit to ack, ms p99', ms, ({ ack }) => ack.p99),
      row('emit to viewer, ms p50', ms, (report) => report.row?.p50 ?? Number.NaN),
      row('emit to viewer, ms p99', ms, (report) => report.row?.p99 ?? Number.NaN),
      row('main loop delay, ms p99', ms, ({ loop }) => loop.p99),
      row('main loop delay, ms max', ms, ({ loop }) => loop.max),
    ]),
  ].join('\n');
}
