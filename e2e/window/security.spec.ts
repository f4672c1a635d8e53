import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'playwright/test';
import { type AuroraWindow, aWindowFolder, openWindow } from '../support/window.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const OWN = 'aurora-app://app/index.html';

let window: AuroraWindow;
test.beforeAll(async () => {
  window = await openWindow(aWindowFolder(), EMPTY);
  await expect(window.page.getByRole('status')).toHaveText('Live', { timeout: 15_000 });
});
test.afterAll(() => window.app.close());

/** Has links to the outside counted in place of opened. */
const countLinks = ({ app }: AuroraWindow) =>
  app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = async (url: string) => void opened.push(url);
  });
const linksOpened = ({ app }: AuroraWindow) =>
  app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
const addressOf = ({ app }: AuroraWindow) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map(({ webContents }) => webContents.getURL()));

test('the page has no rights of a program (2, 3, 4, 6, 8 to 11)', async () => {
  const preferences = await window.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((one) => {
      const { getLastWebPreferences } = one as unknown as { getLastWebPreferences(): Record<string, unknown> };
      const all = getLastWebPreferences.call(one);
      const names = [
        'contextIsolation',
        'sandbox',
        'nodeIntegration',
        'nodeIntegrationInWorker',
        'nodeIntegrationInSubFrames',
        'webSecurity',
        'allowRunningInsecureContent',
        'experimentalFeatures',
        'webviewTag',
        'navigateOnDragDrop',
        'enableBlinkFeatures',
      ];
      return Object.fromEntries(names.map((name) => [name, all[name] || false]));
    }),
  );
  expect(preferences).toEqual([
    {
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      enableBlinkFeatures: false,
    },
  ]);
});

test('what the page overwrites does not reach the preload script (3)', async () => {
  const told = await window.page.evaluate(async () => {
    const push = Array.prototype.push;
    let stolen = 0;
    Array.prototype.push = function steal(...all: unknown[]) {
      stolen += 1;
      return push.apply(this, all);
    };
    await globalThis.window.aurora?.windowSettings();
    Array.prototype.push = push;
    return { stolen, frozen: Object.isFrozen(globalThis.window.aurora) };
  });
  expect(told).toEqual({ stolen: 0, frozen: true });
});

test('of all permissions the page gets one, to copy texts (5)', async () => {
  const granted = await window.page.evaluate(async () => {
    const names = [
      'accelerometer',
      'ambient-light-sensor',
      'background-fetch',
      'background-sync',
      'camera',
      'clipboard-read',
      'clipboard-write',
      'display-capture',
      'geolocation',
      'gyroscope',
      'idle-detection',
      'local-fonts',
      'magnetometer',
      'microphone',
      'midi',
      'nfc',
      'notifications',
      'payment-handler',
      'persistent-storage',
      'push',
      'screen-wake-lock',
      'storage-access',
      'window-management',
    ];
    const states = names.map(async (name) => {
      const options = { name, userVisibleOnly: true } as unknown as PermissionDescriptor;
      const state = await navigator.permissions.query(options).then(
        (found) => found.state,
        () => 'unknown',
      );
      return state === 'granted' ? name : null;
    });
    return (await Promise.all(states)).filter((name) => name !== null);
  });
  // Chromium's own grants without asking: a sensor that a desktop does not have, and no more.
  expect(granted.filter((name) => name !== 'clipboard-write')).toEqual([]);
  const asked = await window.page.evaluate(async () => {
    const outcome = (made: Promise<unknown>) =>
      made.then(
        () => 'granted',
        () => 'refused',
      );
    const place = new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject));
    return {
      camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true })),
      place: await outcome(place),
      midi: await outcome(navigator.requestMIDIAccess({ sysex: true })),
      notices: await Notification.requestPermission(),
    };
  });
  expect(asked).toEqual({ camera: 'refused', place: 'refused', midi: 'refused', notices: 'denied' });
});

test('the page stays where it is (12, 13)', async () => {
  const other = createServer((_request, response) => {
    response.writeHead(302, { location: 'https://example.com/' }).end();
  });
  await new Promise((resolve) => other.listen(0, '127.0.0.1', () => resolve(null)));
  const { port } = other.address() as AddressInfo;
  const addresses = [
    'https://example.com/',
    'http://127.0.0.1:9/',
    `http://127.0.0.1:${port}/`,
    'file:///etc/passwd',
    'data:text/html,<p>x',
    'javascript:document.title="taken"',
    'aurora-app://app.evil/index.html',
    'aurora-app://evil/index.html',
    'aurora-app-evil://app/index.html',
    'blob:aurora-app://app/nothing',
    'view-source:aurora-app://app/index.html',
    'chrome://gpu',
    'devtools://devtools/bundled/inspector.html',
  ];
  for (const address of addresses) {
    await window.page.evaluate((url) => {
      try {
        location.assign(url);
      } catch {}
    }, address);
    await window.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(await addressOf(window), address).toEqual([OWN]);
  }
  expect(await window.page.title()).not.toBe('taken');
  await window.page.evaluate(() => {
    const guest = document.createElement('webview');
    guest.setAttribute('src', 'https://example.com/');
    document.body.append(guest);
  });
  expect(await window.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
  other.close();
});

test('no second window opens, and links go to the browser only where they are safe (14, 15)', async () => {
  await countLinks(window);
  const long = `https://example.com/${'x'.repeat(2_100)}`;
  const tried = [
    'https://example.com/ok',
    'http://example.com/',
    'file:///etc/passwd',
    'smb://server/share',
    'ms-settings:privacy',
    '\\\\server\\share',
    'javascript:alert(1)',
    'mailto:a@example.com',
    long,
    OWN,
  ];
  const opened = await window.page.evaluate((urls) => urls.map((url) => globalThis.window.open(url) !== null), tried);
  expect(opened).toEqual(tried.map(() => false));
  await window.page.evaluate(() => {
    for (const target of ['_blank', 'elsewhere']) {
      const link = document.createElement('a');
      link.href = 'https://example.com/link';
      link.target = target;
      document.body.append(link);
      link.click();
      link.remove();
    }
  });
  await expect.poll(() => linksOpened(window)).toHaveLength(3);
  expect(new Set(await linksOpened(window))).toEqual(new Set(['https://example.com/ok', 'https://example.com/link']));
  expect(await addressOf(window)).toEqual([OWN]);
});

test('the policy of the page allows nothing unsafe (7), and its frames are none', async () => {
  const policy = await window.page.evaluate(async () => {
    const response = await fetch('aurora-app://app/index.html');
    return response.headers.get('content-security-policy') ?? '';
  });
  expect(policy).not.toContain('unsafe');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-src 'none'");
  expect(policy).toMatch(/connect-src 'self' http:\/\/127\.0\.0\.1:\d+ ws:\/\/127\.0\.0\.1:\d+;/);
});

test('no file is read and no folder left by an address (18)', async () => {
  const addresses = [
    'file:///etc/passwd',
    'aurora-app://app/..%2f..%2fpackage.json',
    'aurora-app://app/%2e%2e/%2e%2e/package.json',
    'aurora-app://app/..%5c..%5cpackage.json',
    'aurora-app://app/index.html%00.js',
    'aurora-app://app/%5c%5cserver%5cshare%5cx.js',
    'aurora-app://app/assets/../../electron/main.cjs',
  ];
  const read = await window.page.evaluate(
    (urls) =>
      Promise.all(
        urls.map((url) =>
          fetch(url).then(
            (response) => response.ok,
            () => false,
          ),
        ),
      ),
    addresses,
  );
  expect(read).toEqual(addresses.map(() => false));
  const posted = await window.page.evaluate(() =>
    fetch('aurora-app://app/index.html', { method: 'POST' }).then((response) => response.status),
  );
  expect(posted).toBe(405);
});

test('only the page itself is listened to (17)', async () => {
  const answers = await window.app.evaluate(async ({ app, BrowserWindow }) => {
    const preload = `${app.getAppPath()}/dist/electron/preload.cjs`;
    // A page from elsewhere with the same preload script, as after a navigation that nobody stopped.
    const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await foreign.loadURL('data:text/html,<p>elsewhere');
    const ask = (what: string) =>
      foreign.webContents.executeJavaScript(`${what}.then(() => 'answered', () => 'refused')`) as Promise<string>;
    const told = [
      await ask('aurora.windowSettings()'),
      await ask("aurora.changeWindow({ sidebar: 'left' })"),
      await ask("aurora.updateNow('check')"),
      (await foreign.webContents.executeJavaScript(
        "new Promise((resolve) => { aurora.watchEngine(() => resolve('told')); setTimeout(() => resolve('refused'), 500); })",
      )) as string,
    ];
    foreign.destroy();
    return told;
  });
  expect(answers).toEqual(['refused', 'refused', 'refused', 'refused']);
});
