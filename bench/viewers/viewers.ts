import { parseArgs } from 'node:util';
import { Partner } from '../partner.ts';
import type { Crowd, CrowdReport, EngineReport, FromCrowd, FromEngine, Load, ToCrowd, ToEngine } from './messages.ts';

const ENGINE = new URL('engine.ts', import.meta.url);
const CROWD = new URL('crowd.ts', import.meta.url);
const TARGET = 1.3;
const NONE: Crowd = { decoding: 0, prompt: 0, slow: 0, never: 0 };
const NAME_WIDTH = 34;
const WIDTH = 13;

interface Run {
  name: string;
  viewers: number;
  engine: EngineReport;
  decoding: CrowdReport;
  counting: CrowdReport;
  /** How many viewers ended in the engine's state. */
  equal: number;
}

async function runWith(name: string, crowd: Crowd, load: Load, execArgv: readonly string[]): Promise<Run> {
  const viewers = Object.values(crowd).reduce((sum, count) => sum + count, 0);
  const engine = new Partner<ToEngine, FromEngine>(ENGINE, { execArgv: ['--expose-gc', ...execArgv] });
  const decoders = new Partner<ToCrowd, FromCrowd>(CROWD);
  const counters = new Partner<ToCrowd, FromCrowd>(CROWD);
  const crowds = [decoders, counters];
  const { url, token } = await engine.ask({ ask: 'serve', symbols: load.symbols, viewers }, 'serving');
  const { symbols } = load;
  await decoders.ask({ ask: 'watch', url, token, symbols, crowd: { ...NONE, decoding: crowd.decoding } }, 'watching');
  await counters.ask({ ask: 'watch', url, token, symbols, crowd: { ...crowd, decoding: 0 } }, 'watching');
  for (const one of crowds) await one.ask({ ask: 'measure' }, 'measuring');
  const ran = await engine.ask({ ask: 'run', load }, 'ran');
  const decoding = await decoders.ask({ ask: 'report' }, 'report');
  const counting = await counters.ask({ ask: 'report' }, 'report');
  for (const one of crowds) await one.ask({ ask: 'decode' }, 'decoding');
  // Once more each symbol, so that whoever decodes from now on is told all of the state.
  const { state } = await engine.ask({ ask: 'sweep' }, 'swept');
  const compared = await Promise.all(crowds.map((one) => one.ask({ ask: 'compare', state }, 'compared')));
  await Promise.all([engine, ...crowds].map((one) => one.end()));
  return {
    name,
    viewers,
    engine: ran.report,
    decoding: decoding.report,
    counting: counting.report,
    equal: compared.reduce((sum, { equal }) => sum + equal, 0),
  };
}

const line = (name: string, cells: readonly string[]): string =>
  `${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(WIDTH)).join('')}`;
const ms = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(1));

function table(runs: readonly Run[], seconds: number): string[] {
  const row = (name: string, of: (run: Run) => string): string => line(name, runs.map(of));
  return [
    row('', ({ name }) => name),
    row('viewers', ({ viewers }) => String(viewers)),
    row('published to received, ms p50', ({ decoding }) => ms(decoding.latency?.p50)),
    row('published to received, ms p99', ({ decoding }) => ms(decoding.latency?.p99)),
    row('published to received, ms max', ({ decoding }) => ms(decoding.latency?.max)),
    row('rows/s to a decoding viewer', ({ decoding, engine }) =>
      ((decoding.latency?.rows ?? 0) / decoding.viewers / seconds)
        .toFixed(0)
        .concat(` of ${(engine.published / seconds).toFixed(0)}`),
    ),
    row('messages/s to a decoding viewer', ({ decoding }) =>
      (decoding.messages / decoding.viewers / seconds).toFixed(1),
    ),
    row('MB/s to those who count', ({ counting }) => (counting.bytes / 1e6 / seconds).toFixed(0)),
    row('main loop delay, ms p50', ({ engine }) => ms(engine.loop.p50)),
    row('main loop delay, ms p99', ({ engine }) => ms(engine.loop.p99)),
    row('engine, share of a core', ({ engine }) => (engine.cpu.user + engine.cpu.system).toFixed(2)),
    row('  of it in the kernel', ({ engine }) => engine.cpu.system.toFixed(2)),
    row('heap before and after, MiB', ({ engine }) => engine.heap.map((heap) => heap.toFixed(1)).join(' ')),
    row('RSS, MiB: first third, last third', ({ engine }) => thirds(engine.rss).join(' ')),
    row('ended in the engine’s state', ({ equal, viewers }) => `${equal} of ${viewers}`),
  ];
}

/** The most in the first and in the last third of a run. */
function thirds(samples: readonly number[]): [number, number] {
  const third = Math.max(1, Math.floor(samples.length / 3));
  return [Math.max(...samples.slice(0, third)), Math.max(...samples.slice(-third))];
}

export const viewers = {
  about: '500 viewers at 5,000 results a second, with and without slow ones and such that never ack',

  async run(args: readonly string[]): Promise<string> {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string', default: '60' },
        viewers: { type: 'string', default: '500' },
        rate: { type: 'string', default: '5000' },
        symbols: { type: 'string', default: '2000' },
        /** Folder for a profile of each engine. */
        profile: { type: 'string' },
      },
    });
    const load = { rate: Number(values.rate), symbols: Number(values.symbols), seconds: Number(values.seconds) };
    const tenth = Math.round(Number(values.viewers) / 10);
    const decoding = Math.max(1, Math.round(Number(values.viewers) / 25));
    const good = { decoding, prompt: Number(values.viewers) - 2 * tenth - decoding, slow: 0, never: 0 };
    const execArgv = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : [];
    const runs = [
      await runWith('without', good, load, execArgv),
      await runWith('with', { ...good, slow: tenth, never: tenth }, load, execArgv),
      await runWith('without', good, load, execArgv),
    ];
    const [before = 0, held = 0, behind = 0] = runs.map((run) => run.decoding.latency?.p99 ?? Number.NaN);
    const ratio = held / ((before + behind) / 2);
    const equal = runs.every((run) => run.equal === run.viewers);
    return [
      `${load.rate} results/s over ${load.symbols} symbols for ${load.seconds} s a run; ${decoding} viewers decode all; "with": ${tenth} more that ack after a second and ${tenth} that never do.`,
      '',
      ...table(runs, load.seconds),
      '',
      `p99 with : without (the mean of both): ${ratio.toFixed(2)}. Target: at most ${TARGET}: ${ratio <= TARGET ? 'it holds' : 'it does not hold'}. All end in the engine's state: ${equal ? 'yes' : 'no'}.`,
    ].join('\n');
  },
};
