import { readFileSync } from 'node:fs';
import { expect, test } from 'playwright/test';
import type { SidebarUpdate } from '../core/contract/sidebar.ts';
import { newestFirst, playStory, rowOf } from './story/play.ts';
import { EXPECTED_ACKS, EXPECTED_ROWS } from './story/story.ts';
import { foreignHands } from './support/foreign-agent.ts';
import { reachOf, startProgram } from './support/program.ts';
import { expectRows, listenForComplaints, ownAddresses, TELL_VIOLATIONS } from './support/sidebar-page.ts';
import { type AuroraWindow, aWindowFolder, handOver, openWindow, startAgain } from './support/window.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const OWN_PAGE = 'aurora-app://app/';

const live = ({ page }: AuroraWindow) => expect(page.getByRole('status')).toHaveText('Live');

test('the story in a real window, its sandbox on', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, EMPTY);
  const { app, page } = window;
  await live(window);
  const reach = reachOf(data);
  const complaints = listenForComplaints(page, [OWN_PAGE, ...ownAddresses(reach.url)]);
  await page.addInitScript(TELL_VIOLATIONS);
  await page.reload();
  await live(window);

  const hands = await foreignHands(reach);
  expect(await playStory(hands)).toEqual(EXPECTED_ACKS);
  await expectRows(page, EXPECTED_ROWS);
  await page.getByRole('button', { name: 'BOTH/USD' }).click();
  await expect(page.getByRole('heading', { name: 'Why 36%' })).toBeVisible();

  await test.step('the renderer is sandboxed by the system', async () => {
    const pid = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
    );
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  });

  await test.step('the page has no Node, no raw IPC, and six verbs', async () => {
    const seen = await page.evaluate(() => ({
      node: ['require', 'process', 'Buffer', 'module', 'global', 'ipcRenderer', 'electron'].filter(
        (name) => name in globalThis,
      ),
      verbs: Object.keys(globalThis.window.aurora ?? {}),
    }));
    const verbs = ['watchEngine', 'windowSettings', 'changeWindow', 'openFolder', 'watchUpdate', 'updateNow'];
    expect(seen).toEqual({ node: [], verbs });
  });

  await test.step('the page can load and reach nothing else', async () => {
    const tried = await page.evaluate(async () => {
      const fails = (run: () => unknown) =>
        Promise.resolve()
          .then(run)
          .then(
            () => 'worked',
            (error: Error) => error.name,
          );
      const script = document.createElement('script');
      return {
        foreign: await fails(() => fetch('https://example.com/')),
        loopback: await fails(() => fetch('http://127.0.0.1:9/')),
        file: await fails(() => fetch('file:///etc/passwd')),
        // In a task of its own: the debugger that runs this may compile strings where the page may not.
        compile: await new Promise((resolve) => {
          setTimeout(() => void fails(() => new Function('return 1')()).then(resolve), 0);
        }),
        html: await fails(() => {
          document.body.innerHTML = '<b>x</b>';
        }),
        inline: await fails(() => {
          script.textContent = 'globalThis.ran = true';
        }),
      };
    });
    expect(Object.values(tried)).not.toContain('worked');
    expect(complaints.filter((one) => one.startsWith('policy:')).length).toBeGreaterThan(0);
  });

  const before = complaints.filter(
    (one) =>
      !/policy:|Refused to|Content Security Policy|example\.com|127\.0\.0\.1:9|TrustedHTML|TrustedScript|file:\/\//.test(
        one,
      ),
  );
  expect(before).toEqual([]);
  hands.close();
  await app.close();
});

test('the page in the window breaks no policy by itself and asks for nothing foreign', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, ['--speed', '3000']);
  await live(window);
  const complaints = listenForComplaints(window.page, [OWN_PAGE, ...ownAddresses(reachOf(data).url)]);
  await window.page.addInitScript(TELL_VIOLATIONS);
  await window.page.reload();
  await live(window);
  const list = window.page.getByRole('list', { name: 'Signals' });
  await expect(list.getByRole('listitem')).toHaveCount(7);
  // Under a pointer no row moves, however fast the replay runs; another window of the display may take it away.
  const still = () => list.hover({ position: { x: 2, y: 2 }, timeout: 5_000 });
  await still();
  await list.getByRole('button', { name: 'ADA/BTC' }).click();
  await expect(window.page.getByRole('heading', { name: /^Why \d+%$/ })).toBeVisible();
  await expect(async () => {
    await still();
    await list.getByRole('button', { name: 'Degraded' }).first().hover({ timeout: 1_000 });
    await expect(window.page.getByRole('tooltip')).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  expect(complaints).toEqual([]);
  await window.app.close();
});

test('a window says whose the folder is, and comes up by itself once it is free', async () => {
  const data = aWindowFolder();
  const headless = await startProgram(EMPTY, data);
  handOver(data);
  const window = await openWindow(data, EMPTY);
  await expect(window.page.getByRole('status')).toHaveText('Down: data folder');
  await expect(window.page.getByRole('alert')).toContainText(`in use by Aurora (headless) (process ${headless.pid}`);
  await headless.stop();
  handOver(data);
  await live(window);
  await window.app.close();
});

test('a window’s engine and a headless engine show the same rows in turn', async () => {
  const data = aWindowFolder();
  const signals = async () => (await startAndRead(data)).items;
  const first = await startProgram(EMPTY, data);
  const hands = await foreignHands(first);
  await playStory(hands);
  hands.close();
  await first.stop();
  handOver(data);

  const window = await openWindow(data, EMPTY);
  await live(window);
  await expectRows(window.page, EXPECTED_ROWS);
  const { url, tokens } = reachOf(data);
  const shown = await fetch(`${url}/api/signals`, { headers: { authorization: `Bearer ${tokens.viewer}` } });
  const { items } = (await shown.json()) as { items: SidebarUpdate[] };
  await window.app.close();

  const again = await signals();
  expect(again).toEqual(items);
  expect(newestFirst(again).map(({ symbol }) => symbol)).toEqual(EXPECTED_ROWS.map(({ symbol }) => symbol));
  expect(
    newestFirst(again)
      .map(rowOf)
      .map(({ confidence }) => confidence),
  ).toEqual(EXPECTED_ROWS.map(({ confidence }) => confidence));
});

async function startAndRead(data: string): Promise<{ items: SidebarUpdate[] }> {
  const program = await startProgram(EMPTY, data);
  const read = await program.get<{ items: SidebarUpdate[] }>('/api/signals');
  expect(await program.stop()).toBe(0);
  return read;
}

test('a second start brings the first window to the front and ends', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, EMPTY);
  await live(window);
  const visible = () => window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
  await window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  await expect.poll(visible).toBe(false);
  expect(await startAgain(data, EMPTY)).toBe(0);
  await expect.poll(visible).toBe(true);
  await window.app.close();
});
