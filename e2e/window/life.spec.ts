import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { io } from 'socket.io-client';
import { type WindowChange, windowStandingSchema } from '../../core/contract/window.ts';
import { playStory } from '../story/play.ts';
import { foreignHands } from '../support/foreign-agent.ts';
import { reachOf } from '../support/program.ts';
import { type AuroraWindow, aWindowFolder, handOver, openWindow, startAgain } from '../support/window.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const DOCKED = 380;
const PLACE = { x: 120, y: 90, width: 900, height: 640 };

const live = ({ page }: AuroraWindow) => expect(page.getByRole('status')).toHaveText('Live', { timeout: 15_000 });
const change = async ({ page }: AuroraWindow, asked: WindowChange) =>
  windowStandingSchema.parse(await page.evaluate((given) => window.aurora?.changeWindow(given), asked));
const bounds = ({ app }: AuroraWindow) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
const workArea = ({ app }: AuroraWindow) => app.evaluate(({ screen }) => screen.getPrimaryDisplay().workArea);
const isVisible = ({ app }: AuroraWindow) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
const fileOf = (data: string) => join(data, 'window.json');
const keptIn = (data: string) => JSON.parse(readFileSync(fileOf(data), 'utf8'));

test('the window comes back where it was, and as the sidebar that it was', async () => {
  const data = aWindowFolder();
  const first = await openWindow(data, EMPTY);
  await live(first);
  await first.app.evaluate(({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place), PLACE);
  await expect.poll(() => keptIn(data).place).toEqual({ ...PLACE, maximized: false });
  const { settings } = await change(first, { sidebar: 'right', always_on_top: true });
  expect(settings).toMatchObject({ sidebar: 'right', always_on_top: true });
  const area = await workArea(first);
  const docked = { x: area.x + area.width - DOCKED, y: area.y, width: DOCKED, height: area.height };
  await expect.poll(() => bounds(first)).toEqual(docked);
  await first.app.close();

  const second = await openWindow(data, EMPTY);
  await live(second);
  await expect.poll(() => bounds(second)).toEqual(docked);
  const onTop = await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isAlwaysOnTop());
  expect(onTop).toBe(true);
  // What is not named stays.
  expect((await change(second, { sidebar: null })).settings).toMatchObject({ sidebar: null, always_on_top: true });
  await expect.poll(() => bounds(second)).toEqual(PLACE);
  await second.app.close();
});

test('a window whose display is gone is in the middle of the one that is left', async () => {
  const data = aWindowFolder();
  writeFileSync(fileOf(data), JSON.stringify({ place: { ...PLACE, x: 9_000 } }));
  handOver(data);
  const window = await openWindow(data, EMPTY);
  const { width, x } = await workArea(window);
  expect(await bounds(window)).toMatchObject({ x: x + (width - PLACE.width) / 2, width: PLACE.width });
  await window.app.close();
});

test('settings that cannot be read are the usual ones, and none can be smuggled in', async () => {
  const data = aWindowFolder();
  writeFileSync(fileOf(data), '{"settings": {"sidebar": "up"}, "place": 3');
  handOver(data);
  const window = await openWindow(data, EMPTY);
  await live(window);
  const before = await window.page.evaluate(() => globalThis.window.aurora?.windowSettings());
  expect(before).toMatchObject({ settings: { sidebar: null, start_at_login: false, close_to_tray: false } });
  const refused = await window.page.evaluate(async () => {
    const tries: unknown[] = [{ sidebar: 'up' }, { data: '/tmp' }, { shortcut: 'Q' }, 'sidebar', null, 3];
    const ask = globalThis.window.aurora?.changeWindow as (given: unknown) => Promise<unknown>;
    return Promise.all(
      tries.map((given) =>
        ask(given).then(
          () => 'taken',
          () => 'refused',
        ),
      ),
    );
  });
  expect(refused).toEqual(Array(6).fill('refused'));
  await window.app.close();
});

test('closed to the tray, the engine goes on, and a second start brings the window back', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, EMPTY);
  await live(window);
  await change(window, { close_to_tray: true });
  await window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  expect(await isVisible(window)).toBe(false);
  expect((await fetch(`${reachOf(data).url}/readyz`)).ok).toBe(true);
  expect(await startAgain(data, EMPTY)).toBe(0);
  await expect.poll(() => isVisible(window)).toBe(true);
  await window.app.close();
});

test('the system tells of a Hidden Hand warning while the window is not in front, unless that is off', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, EMPTY);
  await live(window);
  await window.app.evaluate(({ BrowserWindow, Notification }) => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: { title: string; body: string }) {
      shown.push(`${this.title} | ${this.body}`);
    };
    BrowserWindow.getAllWindows()[0]?.hide();
  });
  const shown = () => window.app.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
  const hands = await foreignHands(reachOf(data));
  await change(window, { notifications: false });
  await playStory(hands);
  expect(await shown()).toEqual([]);
  await change(window, { notifications: true });
  await playStory(hands);
  hands.close();
  // Two rows have a warning; the second comes too soon after the first.
  await expect
    .poll(shown)
    .toEqual([
      'HID/USD: BUY against the market | 5m: BUY in distribution on declining volume: potential upthrust, confidence halved',
    ]);
  await window.app.close();
});

test('the system starts it at login when asked to, and no more when not', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, EMPTY);
  await live(window);
  const home = await window.app.evaluate(() => process.env.HOME);
  const entry = join(home ?? '', '.config', 'autostart', 'aurora.desktop');
  expect(existsSync(entry)).toBe(false);
  await change(window, { start_at_login: true });
  expect(readFileSync(entry, 'utf8')).toMatch(/^Exec=".+" --hidden$/m);
  await change(window, { start_at_login: false });
  expect(existsSync(entry)).toBe(false);
  await window.app.close();
});

test('keys that show the window are taken, or it is said why not', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, EMPTY);
  await live(window);
  const keys = 'CommandOrControl+Alt+A';
  expect(await change(window, { shortcut: keys })).toMatchObject({ settings: { shortcut: keys }, problems: [] });
  expect(await window.app.evaluate(({ globalShortcut }, asked) => globalShortcut.isRegistered(asked), keys)).toBe(true);
  const refused = await change(window, { shortcut: 'Alt+NoSuchKey' });
  expect(refused.settings.shortcut).toBeNull();
  expect(refused.problems).toHaveLength(1);
  await window.app.close();
});

test('a start by the system shows no window', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, [...EMPTY, '--hidden']);
  expect(await isVisible(window)).toBe(false);
  await live(window);
  await window.app.close();
});

test('the end of a sleep reaches the engine', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, EMPTY);
  await live(window);
  await window.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('resume'));
  const log = () => readFileSync(join(data, 'logs', 'aurora.1.log'), 'utf8');
  await expect.poll(log).toContain('the machine was asleep');
  await window.app.close();
});

test('a quit tells the agents and ends within three seconds', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, EMPTY);
  await live(window);
  const { url, tokens } = reachOf(data);
  const agent = io(`${url}/agents`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: {
      token: tokens.agent,
      protocol: 1,
      agent_id: 'one',
      agent_type: 'foreign',
      instance: 'one',
      capabilities: {},
      now: new Date().toISOString(),
      running: [],
    },
  });
  await new Promise((resolve) => agent.once('connect', () => resolve(null)));
  const told = new Promise((resolve) => agent.once('disconnect', resolve));
  const child = window.app.process();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const before = Date.now();
  child.kill('SIGTERM');
  expect(await told).toBe('io server disconnect');
  expect(await ended).toBe(0);
  expect(Date.now() - before).toBeLessThan(3_500);
});
