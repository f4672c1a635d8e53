import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { playStory } from '../story/play.ts';
import { EXPECTED_ROWS } from '../story/story.ts';
import { foreignHands } from '../support/foreign-agent.ts';
import { reachOf } from '../support/program.ts';
import { type AuroraWindow, aWindowFolder, openWindow } from '../support/window.ts';

/** How often each thing is made to fail: more in `npm run dist:check`. */
const ROUNDS = Number(process.env.AURORA_CRASHES ?? 1);
const EMPTY = ['--feed', 'none', '--agents', 'none'];
/** So many in a minute are begun again at once. */
const AT_ONCE = 3;

const logOf = (data: string): string => {
  const folder = join(data, 'logs');
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
};

/** What the window shows, read past Playwright's page, which ends with its renderer. */
const shown = ({ app }: AuroraWindow) =>
  app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (!contents || contents.isCrashed() || contents.isLoading()) return null;
    const script = `({ status: document.querySelector('[role=status]')?.textContent, rows: document.querySelectorAll('[role=listitem]').length || document.querySelectorAll('[aria-label=Signals] li').length })`;
    return (await contents.executeJavaScript(script)) as { status: string; rows: number };
  });
const isBack = (window: AuroraWindow, rows: number) =>
  expect.poll(() => shown(window).catch(() => null), { timeout: 30_000 }).toEqual({ status: 'Live', rows });

/** A window with the story's rows in it. */
async function aUsedWindow(args: readonly string[] = []): Promise<{ window: AuroraWindow; data: string }> {
  const data = aWindowFolder();
  const window = await openWindow(data, [...EMPTY, ...args]);
  await isBack(window, 0);
  const hands = await foreignHands(reachOf(data));
  await playStory(hands);
  hands.close();
  await isBack(window, EXPECTED_ROWS.length);
  return { window, data };
}

const pageProcess = ({ app }: AuroraWindow) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0);
const helperProcess = ({ app }: AuroraWindow, kind: string) =>
  app.evaluate(({ app: program }, type) => program.getAppMetrics().find((one) => one.type === type)?.pid ?? 0, kind);

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

test(`the page’s process is killed ${ROUNDS} times, and the page is back by itself`, async () => {
  test.setTimeout(60_000 + ROUNDS * 10_000);
  let left = ROUNDS;
  while (left > 0) {
    const { window } = await aUsedWindow();
    for (let round = 0; round < AT_ONCE && left > 0; round += 1, left -= 1) {
      const before = await pageProcess(window);
      kill(before);
      await untilReplaced(before, () => pageProcess(window));
      await isBack(window, EXPECTED_ROWS.length);
    }
    await window.app.close();
  }
});

test(`the GPU’s process is killed ${ROUNDS} times, and the window goes on`, async () => {
  test.setTimeout(60_000 + ROUNDS * 10_000);
  const { window, data } = await aUsedWindow(['--disable-gpu-process-crash-limit']);
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await helperProcess(window, 'GPU');
    kill(before);
    await untilReplaced(before, () => helperProcess(window, 'GPU'));
    await isBack(window, EXPECTED_ROWS.length);
  }
  expect(logOf(data)).toContain('a helper process ended');
  await window.app.close();
});

test(`the writer’s thread ends ${ROUNDS} times, and the engine is back with the same rows`, async () => {
  test.setTimeout(60_000 + ROUNDS * 10_000);
  const { window, data } = await aUsedWindow();
  for (let round = 0; round < ROUNDS; round += 1) {
    await window.app.evaluate(() => {
      const threads: typeof import('node:worker_threads') = process.mainModule?.require('node:worker_threads');
      const { Worker } = threads;
      const post = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function end() {
        Worker.prototype.postMessage = post;
        void this.terminate();
      };
    });
    // A task that has to be written finds the thread.
    const { url, tokens } = reachOf(data);
    await fetch(`${url}/api/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' },
      body: JSON.stringify({ task_type: 'note' }),
    }).catch(() => null);
    const starts = () => logOf(data).split('engine started').length - 1;
    await expect.poll(starts, { timeout: 20_000 }).toBe(round + 2);
    await isBack(window, EXPECTED_ROWS.length);
  }
  await window.app.close();
});

test('a page that hangs is ended, and is back', async () => {
  const { window, data } = await aUsedWindow();
  const before = await pageProcess(window);
  await window.app.evaluate(({ BrowserWindow }) => {
    void BrowserWindow.getAllWindows()[0]
      ?.webContents.executeJavaScript('for (;;);')
      .catch(() => {});
  });
  await untilReplaced(before, () => pageProcess(window), 40_000);
  await isBack(window, EXPECTED_ROWS.length);
  expect(logOf(data)).toContain('the page hangs');
  await window.app.close();
});

test('an error that nobody expected is logged, and the program stops with a code of its own', async () => {
  const { window, data } = await aUsedWindow();
  const child = window.app.process();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await window.app.evaluate(() => {
    setTimeout(() => {
      throw new Error('nobody expected this');
    }, 0);
  });
  expect(await ended).toBe(1);
  expect(logOf(data)).toContain('nobody expected this');
  expect(logOf(data)).toContain('engine stopped');
});
