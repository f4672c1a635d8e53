import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import type { FaultPoint } from '../../core/kit/fault-points.ts';
import { broken, display, open, type Stored } from '../kill/autopsy.ts';
import { CrewAtWork } from '../kill/crew-at-work.ts';
import { freePort } from '../support/free-port.ts';
import { reachOf } from '../support/program.ts';
import { type AuroraWindow, aWindowFolder, handOver, openWindow } from '../support/window.ts';

/** How often each thing is made to fail: more in `npm run dist:check`. */
const ROUNDS = Number(process.env.AURORA_CRASHES ?? 1);
const EMPTY = ['--feed', 'none', '--agents', 'none'];
/** So many in a minute are begun again at once. */
const AT_ONCE = 3;
/** Results between one blow and the next. */
const WORK = 30;
/** Where a writer's thread may end in the middle of its work, and at which visit. */
const WRITER_POINTS: readonly FaultPoint[] = [
  'before_commit',
  'after_commit',
  'after_row',
  'anchor_before',
  'tx_begin',
  'anchor_after',
];
const VISIT = 100;

const logOf = (data: string): string => {
  const folder = join(data, 'logs');
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
};
const timesLogged = (data: string, text: string): number => logOf(data).split(text).length - 1;

interface Shown {
  status: string | undefined;
  /** How many rows the list says that it has. */
  count: number;
  /** Those of them that are in view. */
  rows: { symbol: string; offset: number }[];
}

/** What the window shows, read past Playwright's page, which ends with its renderer. */
const shown = ({ app }: AuroraWindow) =>
  app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (!contents || contents.isCrashed() || contents.isLoading()) return null;
    const script = `(() => {
      const rows = [...document.querySelectorAll('[aria-label=Signals] > li')];
      return {
        status: document.querySelector('[role=status]')?.textContent,
        count: Number(rows[0]?.getAttribute('aria-setsize') ?? 0),
        rows: rows.map(({ dataset }) => ({ symbol: dataset.symbol, offset: Number(dataset.offset) })),
      };
    })()`;
    return (await contents.executeJavaScript(script)) as Shown;
  });

/** What a test that failed has left at work. */
const opened = new Set<BusyWindow>();
test.afterEach(() => {
  for (const busy of opened) busy.abandon();
  opened.clear();
});

/** A window, the crew at work on its engine, and the rows that its page was seen to show. */
class BusyWindow {
  readonly data: string;
  readonly crew: CrewAtWork;
  readonly window: AuroraWindow;
  readonly #child: ChildProcess;
  readonly #seen = new Map<number, string>();

  private constructor(data: string, crew: CrewAtWork, window: AuroraWindow) {
    this.data = data;
    this.crew = crew;
    this.window = window;
    this.#child = window.app.process();
  }

  static async open(
    args: readonly string[] = [],
    env: Record<string, string> = {},
    data = aWindowFolder(),
    crew = new CrewAtWork(7),
  ): Promise<BusyWindow> {
    // A port of its own: the first free one may be another program's while an engine starts again.
    const told = [...EMPTY, '--port', await freePort(), ...args];
    const busy = new BusyWindow(data, crew, await openWindow(data, told, undefined, env));
    opened.add(busy);
    await busy.isLive();
    return busy;
  }

  /** The crew begins, and the first of its results are on the screen. */
  async begin(): Promise<void> {
    this.crew.begin(reachOf(this.data));
    await this.crew.more(WORK);
    await this.isBack();
  }

  /** The page shows what the engine has, at work as it is. */
  isBack(): Promise<void> {
    return this.isLive(({ count }) => count > 0);
  }

  isLive(holds: (look: Shown) => boolean = () => true): Promise<void> {
    return expect
      .poll(
        async () => {
          const look = await shown(this.window).catch(() => null);
          for (const { symbol, offset } of look?.rows ?? []) this.#seen.set(offset, symbol);
          return look?.status === 'Live' && holds(look);
        },
        { timeout: 30_000 },
      )
      .toBe(true);
  }

  /** Quits in the middle of the work, and looks at what is left. */
  async quit(): Promise<Stored> {
    await this.window.app.close();
    return this.autopsy();
  }

  abandon(): void {
    this.crew.end();
    this.#child.kill('SIGKILL');
  }

  /** Of a program that has ended: nothing acked is lost, nothing is stored twice, nothing was shown that is not stored (R7). */
  autopsy(): Stored {
    this.crew.end();
    const stored = open(this.data);
    handOver(this.data);
    expect(broken(this.data, stored, this.crew.ledger)).toEqual([]);
    const symbols = new Map(stored.rows.map(({ offset, body }) => [offset, JSON.parse(body).symbol as string]));
    const untrue = [...this.#seen].filter(([offset, symbol]) => symbols.get(offset) !== symbol);
    expect(untrue).toEqual([]);
    return stored;
  }
}

const pageProcess = ({ app }: AuroraWindow) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0);
const helperProcess = ({ app }: AuroraWindow, kind: string) =>
  app.evaluate(({ app: program }, type) => program.getAppMetrics().find((one) => one.type === type)?.pid ?? 0, kind);
const allProcesses = ({ app }: AuroraWindow) =>
  app.evaluate(({ app: program }) => program.getAppMetrics().map(({ pid }) => pid));
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** Kills one process: 0 would be all of this program's own. */
function kill(pid: number): void {
  expect(pid).toBeGreaterThan(1);
  process.kill(pid, 'SIGKILL');
}
/** Waits until another process has taken the place of this one. */
const untilReplaced = (before: number, look: () => Promise<number>, timeout = 10_000) =>
  expect
    .poll(
      async () => {
        const now = await look();
        return now > 1 && now !== before;
      },
      { timeout },
    )
    .toBe(true);

test(`under load the page’s process is killed ${ROUNDS} times, and the page is back by itself`, async () => {
  test.setTimeout(60_000 + ROUNDS * 15_000);
  let left = ROUNDS;
  while (left > 0) {
    const busy = await BusyWindow.open();
    await busy.begin();
    for (let round = 0; round < AT_ONCE && left > 0; round += 1, left -= 1) {
      const before = await pageProcess(busy.window);
      await busy.crew.more(WORK);
      kill(before);
      await untilReplaced(before, () => pageProcess(busy.window));
      await busy.isBack();
    }
    await busy.quit();
  }
});

test(`under load the GPU’s process is killed ${ROUNDS} times, and the window goes on`, async () => {
  test.setTimeout(60_000 + ROUNDS * 15_000);
  const busy = await BusyWindow.open(['--disable-gpu-process-crash-limit']);
  await busy.begin();
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await helperProcess(busy.window, 'GPU');
    await busy.crew.more(WORK);
    kill(before);
    await untilReplaced(before, () => helperProcess(busy.window, 'GPU'));
    await busy.isBack();
  }
  expect(logOf(busy.data)).toContain('a helper process ended');
  await busy.quit();
});

for (const [place, point] of WRITER_POINTS.entries()) {
  const lives = Math.ceil((ROUNDS - place) / WRITER_POINTS.length);
  if (lives < 1) continue;
  test(`under load the writer’s thread ends ${lives} times at ${point}, and the engine is back with the same rows`, async () => {
    test.setTimeout(60_000 + lives * 20_000);
    const busy = await BusyWindow.open([], { AURORA_KILL_AT: `${point}:${VISIT}:thread` });
    await busy.begin();
    for (let life = 1; life <= lives; life += 1) {
      await expect.poll(() => timesLogged(busy.data, 'engine started'), { timeout: 30_000 }).toBeGreaterThan(life);
      await busy.crew.more(WORK);
      await busy.isBack();
    }
    expect(timesLogged(busy.data, "the store's writer ended")).toBeGreaterThanOrEqual(lives);
    await busy.quit();
  });
}

test(`under load the program is killed ${ROUNDS} times, and its next start has the same rows`, async () => {
  test.setTimeout(60_000 + ROUNDS * 30_000);
  const data = aWindowFolder();
  const crew = new CrewAtWork(7);
  let stored: Stored | null = null;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const busy = await BusyWindow.open([], {}, data, crew);
    if (stored !== null) {
      const rows = display(stored);
      const kept = new Map(rows.map(({ symbol, offset }) => [symbol, offset]));
      await busy.isLive(
        (look) => look.count === rows.length && look.rows.every(({ symbol, offset }) => kept.get(symbol) === offset),
      );
    }
    await busy.begin();
    const processes = await allProcesses(busy.window);
    if (round === ROUNDS) await busy.quit();
    else {
      const ended = busy.window.app.waitForEvent('close');
      kill(await busy.window.app.evaluate(() => process.pid));
      await ended;
      await expect.poll(() => processes.filter(isAlive)).toEqual([]);
      stored = busy.autopsy();
    }
  }
});

test('a page that hangs is ended, and is back', async () => {
  const busy = await BusyWindow.open();
  await busy.begin();
  const before = await pageProcess(busy.window);
  await busy.window.app.evaluate(({ BrowserWindow }) => {
    void BrowserWindow.getAllWindows()[0]
      ?.webContents.executeJavaScript('for (;;);')
      .catch(() => {});
  });
  await untilReplaced(before, () => pageProcess(busy.window), 40_000);
  await busy.isBack();
  expect(logOf(busy.data)).toContain('the page hangs');
  await busy.quit();
});

test('an error that nobody expected is logged, and the program stops with a code of its own', async () => {
  const busy = await BusyWindow.open();
  await busy.begin();
  const child = busy.window.app.process();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // Whoever goes on submitting would keep the engine from its end, which has three seconds.
  busy.crew.end();
  await busy.window.app.evaluate(() => {
    setTimeout(() => {
      throw new Error('nobody expected this');
    }, 0);
  });
  expect(await ended).toBe(1);
  expect(logOf(busy.data)).toContain('nobody expected this');
  expect(logOf(busy.data)).toContain('engine stopped');
  busy.autopsy();
});
