import { expect, test } from 'playwright/test';
import { type AuroraWindow, aWindowFolder, openWindow } from '../support/window.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const FUNCTIONS = ['changeWindow', 'openFolder', 'updateNow', 'watchEngine', 'watchUpdate', 'windowSettings'];
const CHANNELS = ['change-window', 'engine', 'open-folder', 'update', 'update-now', 'window'].map(
  (name) => `aurora:${name}`,
);

/**
 * Calls all that the preload script has, with what main takes from its own page; says which of it was answered.
 * A watcher that is refused never hears of it, so that only the own page waits for those.
 */
const askAll = (who: 'own' | 'other'): string => `(async () => {
  const given = { changeWindow: {}, openFolder: 'logs', updateNow: 'check' };
  const answered = [];
  await Promise.all(Object.entries(aurora).map(async ([name, ask]) => {
    const told = () => answered.push(name);
    if (!name.startsWith('watch')) return ask(given[name]).then(told, () => {});
    const heard = new Promise((resolve) => ask(() => resolve(told())));
    if (${who === 'own'}) await heard;
  }));
  return answered.sort();
})()`;

let window: AuroraWindow;
test.beforeAll(async () => {
  window = await openWindow(aWindowFolder(), EMPTY);
  await expect(window.page.getByRole('status')).toHaveText('Live');
  await window.app.evaluate(({ shell }) => {
    shell.openPath = async () => '';
    // Electron says there which channel threw.
    console.error = (said: string) => {
      const [, channel] = /handler for '(.+)'/.exec(said) ?? [];
      if (channel) (globalThis as unknown as { refused: string[] }).refused.push(channel);
    };
  });
});
test.beforeEach(() => window.app.evaluate(() => void Object.assign(globalThis, { refused: [] })));
test.afterAll(() => window.app.close());

/** The channels that have refused somebody in this test. */
const refused = async (): Promise<string[]> =>
  (await window.app.evaluate(() => (globalThis as unknown as { refused: string[] }).refused)).toSorted();

/** Asks from another window with the same preload script, in its frames too: as if nobody had stopped it. */
const askFrom = (how: { first: string; next?: string; frame?: string; script: string }) =>
  window.app.evaluate(async ({ app, BrowserWindow }, { first, next, frame, script }) => {
    const preload = `${app.getAppPath()}/dist/electron/preload.cjs`;
    const made = new BrowserWindow({
      show: false,
      webPreferences: { preload, sandbox: true, nodeIntegrationInSubFrames: true },
    });
    const { webContents } = made;
    await webContents.loadURL(first);
    if (next) await webContents.loadURL(next);
    if (frame)
      await webContents.executeJavaScript(`new Promise((resolve) => {
        const inner = document.createElement('iframe');
        inner.onload = resolve;
        if (${JSON.stringify(frame)} !== 'about:blank') inner.src = ${JSON.stringify(frame)};
        document.body.append(inner);
      })`);
    const [inner] = webContents.mainFrame.frames;
    const asking = frame ? inner : webContents.mainFrame;
    const told = { url: asking?.url, answer: (await asking?.executeJavaScript(script)) as unknown };
    made.destroy();
    return told;
  }, how);

const OWN = 'aurora-app://app/index.html';
const ELSEWHERE = 'data:text/html,<body>elsewhere';

test('the page itself is answered by every channel (17)', async () => {
  expect(await askFrom({ first: OWN, script: askAll('own') })).toEqual({ url: OWN, answer: FUNCTIONS });
  expect(await refused()).toEqual([]);
});

test('a page from elsewhere is refused by every channel (17)', async () => {
  const told = await askFrom({ first: ELSEWHERE, script: askAll('other') });
  await expect.poll(refused).toEqual(CHANNELS);
  expect(told.answer).toEqual([]);
});

test('a page is refused by every channel once it has gone elsewhere (17)', async () => {
  const told = await askFrom({ first: OWN, next: ELSEWHERE, script: askAll('other') });
  await expect.poll(refused).toEqual(CHANNELS);
  expect(told.answer).toEqual([]);
});

test('an empty frame inside the page has nobody to ask (17)', async () => {
  const told = await askFrom({ first: OWN, frame: 'about:blank', script: 'typeof aurora' });
  expect(told).toEqual({ url: 'about:blank', answer: 'undefined' });
});

test('a frame with an address of the page’s own is refused by every channel (17)', async () => {
  const asset = await window.page.evaluate(() => document.scripts[0]?.src ?? '');
  expect(asset).toMatch(/^aurora-app:\/\/app\/assets\//);
  const told = await askFrom({ first: ELSEWHERE, frame: asset, script: askAll('other') });
  await expect.poll(refused).toEqual(CHANNELS);
  expect(told).toEqual({ url: asset, answer: [] });
});
