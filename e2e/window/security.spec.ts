import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Page, test } from 'playwright/test';
import { ESCAPES } from '../../electron/testing/escapes.ts';
import { commandLines } from '../support/process-list.ts';
import { reachOf } from '../support/program.ts';
import { type AuroraWindow, aWindowFolder, openWindow, startToEnd } from '../support/window.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const OWN = 'aurora-app://app/index.html';

const data = aWindowFolder();
let window: AuroraWindow;
test.beforeAll(async () => {
  window = await openWindow(data, EMPTY);
  await expect(window.page.getByRole('status')).toHaveText('Live');
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
  const steal = () =>
    window.page.evaluate(async () => {
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
  // The page itself may be told something meanwhile; the preload script would call it each time.
  await expect.poll(steal).toEqual({ stolen: 0, frozen: true });
});

/** Which of the browser's names for permissions a frame is granted, and what comes of asking outright. */
const askForAll = (page: Page, inFrame: boolean) =>
  page.evaluate(async (framed) => {
    const frame = document.createElement('iframe');
    if (framed) document.body.append(frame);
    const asking = (framed ? frame.contentWindow : globalThis.window) as typeof globalThis & Window;
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
    const { navigator } = asking;
    const states = names.map(async (name) => {
      const options = { name, userVisibleOnly: true } as unknown as PermissionDescriptor;
      const state = await navigator.permissions.query(options).then(
        (found) => found.state,
        () => 'unknown',
      );
      return state === 'granted' ? name : null;
    });
    const outcome = (ask: () => Promise<unknown>) =>
      Promise.resolve()
        .then(ask)
        .then(
          () => 'granted',
          () => 'refused',
        );
    const { document: asked } = asking;
    // Where they are refused nothing need come of them.
    void asked.documentElement.requestFullscreen().catch(() => {});
    asked.documentElement.requestPointerLock();
    const devices = navigator as unknown as Record<'usb' | 'hid' | 'serial', { getDevices(): Promise<unknown[]> }>;
    const held = async (kind: 'usb' | 'hid') => ((await devices[kind].getDevices()).length === 0 ? null : kind);
    const told = {
      granted: (await Promise.all(states)).filter((name) => name !== null),
      asked: {
        camera: await outcome(() => navigator.mediaDevices.getUserMedia({ video: true })),
        microphone: await outcome(() => navigator.mediaDevices.getUserMedia({ audio: true })),
        screen: await outcome(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
        place: await outcome(
          () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
        ),
        midi: await outcome(() => navigator.requestMIDIAccess({ sysex: true })),
        clipboard: await outcome(() => navigator.clipboard.readText()),
        fullscreen: asked.fullscreenElement === null ? 'refused' : 'granted',
        pointer: asked.pointerLockElement === null ? 'refused' : 'granted',
      },
      notices: await asking.Notification.requestPermission(),
      held: [await held('usb').catch(() => null), await held('hid').catch(() => null)],
    };
    frame.remove();
    return told;
  }, inFrame);

const REFUSED = {
  asked: {
    camera: 'refused',
    microphone: 'refused',
    screen: 'refused',
    place: 'refused',
    midi: 'refused',
    clipboard: 'refused',
    fullscreen: 'refused',
    pointer: 'refused',
  },
  notices: 'denied',
  held: [null, null],
};

test('of all permissions the page gets one, to copy texts, and a frame inside it none (5)', async () => {
  await window.page.bringToFront();
  expect(await askForAll(window.page, false)).toEqual({ granted: ['clipboard-write'], ...REFUSED });
  expect(await askForAll(window.page, true)).toEqual({ granted: [], ...REFUSED });
});

/** Where the window has set out to and was not stopped, and what it was to take in as a guest, in all that follows. */
async function watchMoves() {
  await window.app.evaluate(({ BrowserWindow }) => {
    const [contents] = BrowserWindow.getAllWindows().map(({ webContents }) => webContents);
    const moves = { gone: [] as string[], guests: 0, marked: 0 };
    Object.assign(globalThis, { moves });
    contents?.on('did-start-navigation', ({ url, isSameDocument }) => !isSameDocument && moves.gone.push(url));
    // The guard heard of it before.
    contents?.on('will-frame-navigate', ({ url, defaultPrevented }) => {
      if (defaultPrevented) moves.gone.splice(moves.gone.indexOf(url), 1);
    });
    contents?.on('will-attach-webview', () => (moves.guests += 1));
    contents?.on('did-navigate-in-page', () => (moves.marked += 1));
  });
  const movesOf = () =>
    window.app.evaluate(({ webContents }) => {
      const { moves } = globalThis as unknown as { moves: { gone: string[]; guests: number; marked: number } };
      return { ...moves, pages: webContents.getAllWebContents().length };
    });
  return async () => {
    const { marked } = await movesOf();
    // What the page asked for before is heard of before.
    await window.page.evaluate(() => history.replaceState(null, '', location.href));
    await expect.poll(async () => (await movesOf()).marked).toBe(marked + 1);
    return movesOf();
  };
}

/** Drops links on the page. */
async function drop(links: readonly string[]): Promise<void> {
  const hand = await window.page.context().newCDPSession(window.page);
  for (const data of links) {
    const items = ['text/uri-list', 'text/plain'].map((mimeType) => ({ mimeType, data }));
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await hand.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data: { items, dragOperationsMask: 1 } });
  }
}

const NONE = { gone: [], guests: 0, pages: 1 };

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
  const moves = await watchMoves();
  for (const address of addresses) {
    // Some addresses are refused by the page's own browser already.
    await window.page.evaluate((url) => location.assign(url), address).catch(() => {});
    expect(await moves(), address).toMatchObject(NONE);
  }
  await drop(['https://example.com/', 'file:///etc/passwd']);
  await window.page.evaluate(() => {
    const guest = document.createElement('webview');
    guest.setAttribute('src', 'https://example.com/');
    document.body.append(guest);
  });
  expect(await moves()).toMatchObject(NONE);
  expect(await addressOf(window)).toEqual([OWN]);
  expect(await window.page.title()).not.toBe('taken');
  other.close();
});

test('no second window opens, and links go to the browser only where they are safe (14, 15)', async () => {
  await countLinks(window);
  const known = 'https://www.tradingview.com';
  const long = `${known}/${'x'.repeat(2_100)}`;
  const tried = [
    `${known}/ok`,
    'https://example.com/?what=the-token',
    'https://www.tradingview.com.example/',
    'https://www.tradingview.com@example.com/',
    'http://www.tradingview.com/',
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
      link.href = 'https://www.tradingview.com/link';
      link.target = target;
      document.body.append(link);
      link.click();
      link.remove();
    }
    const link = document.createElement('a');
    link.href = 'https://www.tradingview.com/clicked';
    link.id = 'in-the-way';
    link.style.cssText = 'position: fixed; inset: 0; z-index: 9999';
    document.body.append(link);
  });
  const { keyboard, mouse } = window.page;
  for (const key of ['Control', 'Shift']) {
    await keyboard.down(key);
    await mouse.click(400, 300);
    await keyboard.up(key);
  }
  await mouse.click(400, 300, { button: 'middle' });
  await mouse.click(400, 300);
  await window.page.evaluate(() => document.querySelector('#in-the-way')?.remove());
  const outside = ['clicked', 'clicked', 'clicked', 'link', 'link', 'ok'].map((name) => `${known}/${name}`);
  await expect.poll(async () => (await linksOpened(window)).toSorted()).toEqual(outside);
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
  const loaded = await window.page.evaluate(async () => {
    const outcome = (element: HTMLElement) =>
      new Promise((resolve) => {
        element.addEventListener('load', () => resolve('loaded'));
        element.addEventListener('error', () => resolve('refused'));
        document.body.append(element);
      });
    const image = new Image();
    image.src = 'https://example.com/x.png';
    const sheet = Object.assign(document.createElement('link'), {
      rel: 'stylesheet',
      href: 'https://example.com/x.css',
    });
    const worker = () => {
      const address = URL.createObjectURL(new Blob(['postMessage(typeof require)'], { type: 'text/javascript' }));
      return new Promise((resolve) => {
        const made = new Worker(address);
        made.onmessage = () => resolve('loaded');
        made.onerror = () => resolve('refused');
      });
    };
    const told = [await outcome(image), await outcome(sheet), await worker().catch(() => 'refused')];
    for (const element of [image, sheet]) element.remove();
    return told;
  });
  expect(loaded).toEqual(['refused', 'refused', 'refused']);
  expect(policy).toMatch(/connect-src 'self' http:\/\/127\.0\.0\.1:\d+ ws:\/\/127\.0\.0\.1:\d+;/);
});

test('no file is read and no folder left by an address (18)', async () => {
  const addresses = [
    'aurora-app://app/assets/../../electron/main.cjs',
    'aurora-app://app/%2e%2e/package.json',
    ...ESCAPES,
  ];
  expect(addresses.length).toBeGreaterThan(30);
  const read = await window.page.evaluate(
    (urls) =>
      Promise.all(
        urls.map((url) =>
          fetch(url).then(
            // Some of them mean the page itself, once the browser has read them.
            (response) => (response.ok && response.url !== location.href ? url : null),
            () => null,
          ),
        ),
      ),
    addresses,
  );
  expect(read.filter((url) => url !== null)).toEqual([]);
  const methods = await window.page.evaluate(() =>
    Promise.all(
      ['POST', 'PUT', 'DELETE', 'HEAD'].map((method) =>
        fetch('aurora-app://app/index.html', { method }).then((response) => response.status),
      ),
    ),
  );
  expect(methods).toEqual([405, 405, 405, 405]);
});

test('no process of the window has a token among its arguments (A)', async () => {
  const { tokens } = reachOf(data);
  const own = await window.page.evaluate(
    () =>
      new Promise<string>((resolve) =>
        globalThis.window.aurora?.watchEngine((state) => resolve((state as { token?: string }).token ?? '')),
      ),
  );
  expect(own).toMatch(/^.{40,}$/);
  const listed = commandLines();
  expect(listed).toContain(data);
  for (const token of [own, tokens.agent, tokens.viewer, tokens.operator]) expect(listed).not.toContain(token);
});

for (const [option, ...given] of [
  ['--host', '0.0.0.0', '--without-tls'],
  ['--tls-cert', 'nowhere.pem', '--tls-key', 'nowhere.pem'],
])
  test(`a window is not opened to other machines: ${option} ends the start in one line`, async () => {
    const folder = aWindowFolder();
    const { code, said } = await startToEnd(folder, [...EMPTY, option as string, ...given]);
    expect(said).toEqual([expect.stringContaining(`${option} is for an engine without a window`)]);
    expect(said[0]).toContain('add --headless');
    expect(code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });
