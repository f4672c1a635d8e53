import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, test } from 'playwright/test';
import { io } from 'socket.io-client';
import { playStory } from '../story/play.ts';
import { neverEnd, noteLogClosed } from '../support/ending.ts';
import { foreignHands } from '../support/foreign-agent.ts';
import { reachOf } from '../support/program.ts';
import { type AuroraWindow, aWindowFolder, handOver, openWindow, startAgain } from '../support/window.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const DOCKED = 380;
const PLACE = { x: 120, y: 90, width: 900, height: 640 };

const live = ({ page }: AuroraWindow) => expect(page.getByRole('status')).toHaveText('Live');
const bounds = ({ app }: AuroraWindow) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
const workArea = ({ app }: AuroraWindow) => app.evaluate(({ screen }) => screen.getPrimaryDisplay().workArea);
const isVisible = ({ app }: AuroraWindow) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
const fileOf = (data: string) => join(data, 'window.json');
/** What the window remembers by now; nothing before it had something to remember. */
const keptIn = (data: string) => (existsSync(fileOf(data)) ? JSON.parse(readFileSync(fileOf(data), 'utf8')) : {});
const settingsOf = (data: string) => keptIn(data).settings;

/** The part of the settings on the page that has this title. */
async function settings({ page }: AuroraWindow, title = 'Window'): Promise<Locator> {
  await page.getByRole('button', { name: 'Settings' }).click();
  return page.getByRole('dialog', { name: 'Settings' }).getByRole('region', { name: title });
}

/** Presses these keys for the field that takes them down. */
async function record({ page }: AuroraWindow, part: Locator, keys: string): Promise<void> {
  const field = part.getByRole('button', { name: /^(Set|Change) keys…$/ });
  await field.click();
  await expect(part.getByRole('button', { name: 'Press the keys…' })).toBeFocused();
  await page.keyboard.press(keys);
}

test('the window comes back where it was, and as the sidebar that it was', async () => {
  const data = aWindowFolder();
  const first = await openWindow(data, EMPTY);
  await live(first);
  await first.app.evaluate(({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place), PLACE);
  await expect.poll(() => keptIn(data).place).toEqual({ ...PLACE, maximized: false });
  const part = await settings(first);
  await part.getByRole('combobox', { name: 'Sidebar' }).selectOption('right');
  await part.getByRole('checkbox', { name: 'Always on top' }).check();
  await expect.poll(() => settingsOf(data)).toMatchObject({ sidebar: 'right', always_on_top: true });
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
  const again = await settings(second);
  await again.getByRole('combobox', { name: 'Sidebar' }).selectOption('no');
  await expect.poll(() => settingsOf(data)).toMatchObject({ sidebar: null, always_on_top: true });
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
  // Keys that no keyboard has are no change either, though they look like some.
  const told = await window.page.evaluate(() => globalThis.window.aurora?.changeWindow({ shortcut: 'Alt+NoSuchKey' }));
  expect(told).toMatchObject({ settings: { shortcut: null }, problems: [expect.stringContaining('Alt+NoSuchKey')] });
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
  const part = await settings(window);
  await part.getByRole('checkbox', { name: 'Closing the window leaves Aurora at work' }).check();
  await expect.poll(() => settingsOf(data)).toMatchObject({ close_to_tray: true });
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
  await window.app.evaluate(({ Notification }) => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: { title: string; body: string }) {
      shown.push(`${this.title} | ${this.body}`);
    };
  });
  const hide = () => window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  const part = await settings(window);
  const wanted = part.getByRole('checkbox', { name: 'Notifications of Hidden Hand warnings' });
  const shown = () => window.app.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
  const hands = await foreignHands(reachOf(data));
  await wanted.uncheck();
  await expect.poll(() => settingsOf(data)).toMatchObject({ notifications: false });
  await hide();
  await playStory(hands);
  expect(await shown()).toEqual([]);
  expect(await startAgain(data, EMPTY)).toBe(0);
  await wanted.check();
  await expect.poll(() => settingsOf(data)).toMatchObject({ notifications: true });
  await hide();
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
  const atLogin = (await settings(window)).getByRole('checkbox', { name: 'Start at login' });
  await atLogin.check();
  await expect.poll(() => existsSync(entry)).toBe(true);
  expect(readFileSync(entry, 'utf8')).toMatch(/^Exec=".+" --hidden$/m);
  await atLogin.uncheck();
  await expect.poll(() => existsSync(entry)).toBe(false);
  await window.app.close();
});

test('keys that show the window are taken down as they are pressed, and cleared', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, EMPTY);
  await live(window);
  const isTaken = (keys: string) =>
    window.app.evaluate(({ globalShortcut }, asked) => globalShortcut.isRegistered(asked), keys);
  const part = await settings(window);
  await expect(part.getByText('none')).toBeVisible();

  // What is read out is there before there is something to read.
  await expect(part.locator('.shortcut [aria-live]')).toHaveCSS('display', 'block');

  // A letter is for writing and Ctrl+C for copying, Escape leaves all as it is and keeps the dialog open, and Tab goes on.
  await record(window, part, 'Shift+A');
  await window.page.keyboard.press('Control+C');
  await expect(part.getByText('Hold two of Ctrl, Alt, Shift and Super')).toBeVisible();
  await window.page.keyboard.press('Escape');
  await expect(part.getByRole('button', { name: 'Set keys' })).toBeFocused();
  await record(window, part, 'Tab');
  await expect(part.getByRole('button', { name: 'Set keys' })).not.toBeFocused();
  await expect(part.getByText('none')).toBeVisible();

  await record(window, part, 'Control+Alt+A');
  await expect(part.locator('kbd')).toHaveText(['Ctrl', 'Alt', 'A']);
  expect(await isTaken('Control+Alt+A')).toBe(true);
  await record(window, part, 'Control+Shift+F9');
  await expect(part.locator('kbd')).toHaveText(['Ctrl', 'Shift', 'F9']);
  expect([await isTaken('Control+Alt+A'), await isTaken('Control+Shift+F9')]).toEqual([false, true]);
  await part.getByRole('button', { name: 'Clear keys' }).click();
  await expect(part.getByText('none')).toBeVisible();
  expect(await isTaken('Control+Shift+F9')).toBe(false);
  expect(settingsOf(data)).toMatchObject({ shortcut: null });
  await window.app.close();
});

test('keys of another program are not taken: the page says so, and those from before stay', async () => {
  const first = await openWindow(aWindowFolder(), EMPTY);
  await live(first);
  const part = await settings(first);
  await record(first, part, 'Control+Alt+K');
  await expect(part.locator('kbd')).toHaveText(['Ctrl', 'Alt', 'K']);
  const data = aWindowFolder();
  const second = await openWindow(data, EMPTY);
  await live(second);
  const other = await settings(second);
  await record(second, other, 'Control+Alt+L');
  await expect(other.locator('kbd')).toHaveText(['Ctrl', 'Alt', 'L']);
  await second.page.evaluate(() => globalThis.window.aurora?.changeWindow({ shortcut: 'Control+Alt+K' }));
  expect(settingsOf(data)).toMatchObject({ shortcut: 'Control+Alt+L' });
  const taken = await second.app.evaluate(({ globalShortcut }) => globalShortcut.isRegistered('Control+Alt+L'));
  expect(taken).toBe(true);
  await second.app.close();

  // Those that were set and are another's for now stay set.
  writeFileSync(fileOf(data), JSON.stringify({ settings: { shortcut: 'Control+Alt+K' } }));
  handOver(data);
  const third = await openWindow(data, EMPTY);
  await live(third);
  const again = await settings(third);
  await expect(again.getByRole('alert')).toHaveText('The keys Control+Alt+K belong to another program: choose others');
  await expect(again.locator('kbd')).toHaveText(['Ctrl', 'Alt', 'K']);
  await third.app.close();
  await first.app.close();
});

test('the data and the log folder are opened by name, and no other', async () => {
  const data = aWindowFolder();
  const window = await openWindow(data, EMPTY);
  await live(window);
  await window.app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openPath = async (path) => {
      opened.push(path);
      return opened.length > 1 ? 'No file manager is there' : '';
    };
  });
  const opened = () => window.app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
  const part = await settings(window, 'Data');
  await part.getByRole('button', { name: 'Open data folder' }).click();
  await expect.poll(opened).toEqual([data]);
  await part.getByRole('button', { name: 'Open log folder' }).click();
  await expect(part.getByText('No file manager is there')).toBeVisible();
  const refused = await window.page.evaluate(async () => {
    const ask = globalThis.window.aurora?.openFolder as (given: unknown) => Promise<unknown>;
    const tries: unknown[] = ['/etc', '..', 'window', '', null, ['data']];
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
  expect(await opened()).toEqual([data, join(data, 'logs')]);
  await window.app.close();
});

for (const theme of ['Dark', 'Light'])
  test(`axe finds nothing in what the window alone has in its settings, ${theme}`, async () => {
    const window = await openWindow(aWindowFolder(), EMPTY);
    await live(window);
    const part = await settings(window);
    await window.page.getByRole('radio', { name: theme }).check();
    // The debugger of a window opens no second page for axe to work in.
    const look = async () => (await new AxeBuilder({ page: window.page }).setLegacyMode().analyze()).violations;
    expect((await look()).map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await part.getByRole('button', { name: 'Set keys' }).click();
    expect((await look()).map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
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
  child.kill('SIGTERM');
  expect(await told).toBe('io server disconnect');
  // With 0: one that has not ended by itself after three seconds is ended with 1.
  expect(await ended).toBe(0);
});

test('a quit whose work does not end is over all the same, with code 1 and its log closed', async () => {
  const window = await openWindow(aWindowFolder(), EMPTY);
  await live(window);
  const closed = join(aWindowFolder(), 'log-closed');
  await noteLogClosed(window, closed);
  await neverEnd(window);
  const child = window.app.process();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(1);
  expect(existsSync(closed)).toBe(true);
});
