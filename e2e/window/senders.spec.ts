import { expect, test } from 'playwright/test';
import { type AuroraWindow, aWindowFolder, openWindow } from '../support/window.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
/** Says for each of the preload's functions whether main answers it. */
const ASK_ALL = `Promise.all(Object.entries(aurora).map(([name, ask]) => new Promise((resolve) => {
  const told = (how) => resolve(name + ' ' + how);
  setTimeout(told, 1_000, 'refused');
  if (name.startsWith('watch')) ask(() => told('answered'));
  else ask('nothing').then(() => told('answered'), () => told('refused'));
})))`;
const ASK_ONE = `aurora.windowSettings().then(() => 'answered', () => 'refused')`;

let window: AuroraWindow;
test.beforeAll(async () => {
  window = await openWindow(aWindowFolder(), EMPTY);
  await expect(window.page.getByRole('status')).toHaveText('Live', { timeout: 15_000 });
});
test.afterAll(() => window.app.close());

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
const refusedAll = async () =>
  (await window.page.evaluate(() => Object.keys(globalThis.window.aurora ?? {}))).map((name) => `${name} refused`);

test('the page itself is answered (17)', async () => {
  expect(await askFrom({ first: OWN, script: ASK_ONE })).toEqual({ url: OWN, answer: 'answered' });
});

test('a page from elsewhere is refused by every channel (17)', async () => {
  const told = await askFrom({ first: ELSEWHERE, script: ASK_ALL });
  expect(told.answer).toEqual(await refusedAll());
});

test('a page is refused by every channel once it has gone elsewhere (17)', async () => {
  const told = await askFrom({ first: OWN, next: ELSEWHERE, script: ASK_ALL });
  expect(told.answer).toEqual(await refusedAll());
});

test('an empty frame inside the page has nobody to ask (17)', async () => {
  const told = await askFrom({ first: OWN, frame: 'about:blank', script: 'typeof aurora' });
  expect(told).toEqual({ url: 'about:blank', answer: 'undefined' });
});

test('a frame with an address of the page’s own is refused by every channel (17)', async () => {
  const asset = await window.page.evaluate(() => document.scripts[0]?.src ?? '');
  expect(asset).toMatch(/^aurora-app:\/\/app\/assets\//);
  const told = await askFrom({ first: ELSEWHERE, frame: asset, script: ASK_ALL });
  expect(told).toEqual({ url: asset, answer: await refusedAll() });
});
