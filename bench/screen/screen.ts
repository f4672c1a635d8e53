import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright';
import { build, preview } from 'vite';
import { Partner } from '../partner.ts';
import type { FromEngine, Load, ToEngine } from './messages.ts';
import { type Probed, probe } from './probe.ts';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PAGES = folder('pages');
const BUILT = folder('../../dist/bench-screen');
const MIB = 1024 * 1024;
const VIEW = { width: 1280, height: 860 };
/** The heap is looked at once the first rows, code and caches are in place, and again at the end. */
const WARM_SECONDS = 20;
const TARGET = { fps: 58, p50: 16, p99: 25, slope: 1 };

interface Run {
  name: string;
  fps: number;
  dropped: number;
  p50: number;
  p99: number;
  /** Share of the page's main thread. */
  busy: number;
  heap: [number, number];
  /** MiB a minute. */
  slope: number;
}

interface Probing {
  startProbe(): void;
  readProbe(): Probed;
}
const start = (page: Page) => page.evaluate(() => (window as unknown as Probing).startProbe());
const read = (page: Page) => page.evaluate(() => (window as unknown as Probing).readProbe());

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

async function heapOf(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize / MIB;
}

async function taskSeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

async function runPage(
  browser: Browser,
  engine: Partner<ToEngine, FromEngine>,
  load: Load,
  [name, url]: readonly [string, string],
): Promise<Run> {
  const page = await browser.newPage({ viewport: VIEW });
  await page.addInitScript(probe);
  await page.goto(url);
  await page.locator('[data-offset]').first().waitFor();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const warm = Math.min(WARM_SECONDS, load.seconds / 3);
  await engine.ask({ ask: 'run', load: { ...load, seconds: warm } }, 'ran');
  const first = await heapOf(cdp);
  const [began, before] = [performance.now(), await taskSeconds(cdp)];
  await start(page);
  await engine.ask({ ask: 'run', load: { ...load, seconds: load.seconds - warm } }, 'ran');
  const { frames, dropped, ms, latencies } = await read(page);
  const seconds = (performance.now() - began) / 1_000;
  const busy = ((await taskSeconds(cdp)) - before) / seconds;
  const last = await heapOf(cdp);
  await page.close();
  const sorted = latencies.sort((a, b) => a - b);
  return {
    name,
    fps: (frames / ms) * 1_000,
    dropped,
    p50: at(sorted, 0.5),
    p99: at(sorted, 0.99),
    busy,
    heap: [first, last],
    slope: ((last - first) / seconds) * 60,
  };
}

function table(runs: readonly Run[]): string[] {
  const line = (name: string, of: (run: Run) => string): string =>
    `${name.padEnd(36)}${runs.map((run) => of(run).padStart(20)).join('')}`;
  return [
    line('', ({ name }) => name),
    line('frames a second', ({ fps }) => fps.toFixed(1)),
    line('frames dropped', ({ dropped }) => String(dropped)),
    line('received to painted, ms p50', ({ p50 }) => p50.toFixed(1)),
    line('received to painted, ms p99', ({ p99 }) => p99.toFixed(1)),
    line('share of the page’s main thread', ({ busy }) => busy.toFixed(2)),
    line('heap when warm and at the end, MiB', ({ heap }) => heap.map((size) => size.toFixed(1)).join(' ')),
    line('heap’s slope, MiB a minute', ({ slope }) => slope.toFixed(2)),
  ];
}

function verdict([ours, grid]: readonly Run[]): string {
  if (!ours || !grid) return '';
  const holds =
    ours.fps >= TARGET.fps &&
    ours.p50 < TARGET.p50 &&
    ours.p99 < Math.min(TARGET.p99, grid.p99) &&
    ours.slope < TARGET.slope;
  return `Target: at least ${TARGET.fps} frames a second, p50 under ${TARGET.p50} ms, p99 under ${TARGET.p99} ms and AG Grid's, heap's slope under ${TARGET.slope} MiB a minute: ${holds ? 'it holds' : 'it does not hold'}.`;
}

export const screen = {
  about: '5,000 results a second of 2,000 symbols on screen, beside AG Grid and a naive React list',

  async run(args: readonly string[]): Promise<string> {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string', default: '60' },
        rate: { type: 'string', default: '5000' },
        symbols: { type: 'string', default: '2000' },
      },
    });
    const load = { rate: Number(values.rate), symbols: Number(values.symbols), seconds: Number(values.seconds) };
    const input = ['ag-grid', 'naive'].map((name) => `${PAGES}/${name}.html`);
    const quiet = { configFile: false, root: PAGES, logLevel: 'error' } as const;
    const output = { outDir: BUILT, emptyOutDir: true };
    await build({ ...quiet, build: { ...output, rolldownOptions: { input } } });
    const server = await preview({ ...quiet, build: output, preview: { host: '127.0.0.1', port: 0 } });
    const origin = new URL(server.resolvedUrls?.local[0] ?? '').origin;

    const engine = new Partner<ToEngine, FromEngine>(new URL('engine.ts', import.meta.url));
    const page = folder('../../dist/renderer');
    const { url, token } = await engine.ask(
      { ask: 'serve', symbols: load.symbols, page, origins: [origin] },
      'serving',
    );
    const theirs = (name: string) => `${origin}/${name}.html?${new URLSearchParams({ engine: url, token })}`;
    const executablePath = process.env.AURORA_CHROMIUM;
    const browser = await chromium.launch({
      ...(executablePath ? { executablePath, args: ['--no-sandbox', '--disable-gpu'] } : {}),
    });
    const runs: Run[] = [];
    for (const one of [
      ['Aurora', `${url}/#token=${token}`],
      ['AG Grid Community', theirs('ag-grid')],
      ['naive React list', theirs('naive')],
    ] as const)
      runs.push(await runPage(browser, engine, load, one));
    const version = browser.version();
    await browser.close();
    await engine.end();
    await server.close();
    return [
      `${load.rate} results/s over ${load.symbols} symbols, ${load.seconds} s a page, one gateway; Chromium ${version}, ${VIEW.width} x ${VIEW.height}.`,
      '',
      ...table(runs),
      '',
      verdict(runs),
    ].join('\n');
  },
};
