import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, type Locator, test } from 'playwright/test';
import { playStory } from '../story/play.ts';
import { endEngineOf, neverEnd, noteLogClosed } from '../support/ending.ts';
import { foreignHands } from '../support/foreign-agent.ts';
import { reachOf, until } from '../support/program.ts';
import { KEY, type UpdateFeed, updateFeed } from '../support/update-feed.ts';
import {
  type AuroraWindow,
  aWindowFolder,
  handOver,
  openWindow,
  otherVersion,
  stagedProgram,
  VERSION,
} from '../support/window.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const NEWER = '9.1.0';

let feed: UpdateFeed;
let appImage: string;
test.beforeEach(async () => {
  feed = await updateFeed();
  const folder = aWindowFolder();
  appImage = join(folder, 'aurora.AppImage');
  writeFileSync(appImage, noting('old'));
  chmodSync(appImage, 0o755);
  handOver(folder);
});
test.afterEach(() => feed.close());

/** A program that writes down that it was started, and becomes another one where there is one. */
const noting = (name: string, command = 'exit'): string => `#!/bin/sh\ntouch "${appImage}.${name}"\nexec ${command}\n`;
const wasStarted = (name: string): boolean => existsSync(`${appImage}.${name}`);

/** A window whose program runs out of an AppImage, as far as it can see, and the part of its settings that renews it. */
async function anAppImage(data = aWindowFolder()): Promise<AuroraWindow & { updates: Locator }> {
  const window = await openWindow(data, EMPTY, undefined, {
    APPIMAGE: appImage,
    APPDIR: dirname(stagedProgram()),
    AURORA_TEST_UPDATE: JSON.stringify({ url: feed.url, key: KEY }),
  });
  return { ...window, updates: await updatesOf(window) };
}

async function updatesOf({ page }: AuroraWindow): Promise<Locator> {
  await expect(page.getByRole('status')).toHaveText('Live');
  await page.getByRole('button', { name: 'Settings' }).click();
  return page.getByRole('dialog', { name: 'Settings' }).getByRole('region', { name: 'Updates' });
}

const click = (updates: Locator, name: string) => updates.getByRole('button', { name }).click();
const check = (updates: Locator) => click(updates, 'Check for updates');
const step = ({ page }: AuroraWindow, name: 'check' | 'fetch' | 'restart') =>
  page.evaluate((asked) => globalThis.window.aurora?.updateNow(asked), name);
const ended = ({ app }: AuroraWindow): Promise<number | null> =>
  new Promise((resolve) => app.process().once('exit', resolve));

/** Looks for the newer version and fetches it. */
async function fetchNewer(updates: Locator): Promise<void> {
  await check(updates);
  await click(updates, `Fetch ${NEWER}`);
  await expect(updates.getByText('is here and verified')).toBeVisible();
}

test('a signed newer version is fetched and started, each when asked', async () => {
  const window = await anAppImage();
  const { updates } = window;
  const program = noting('renewed');
  feed.offer({ version: NEWER, program, notes: 'Rows are <b>wider</b>.' });
  await expect(updates).toContainText(`Aurora ${VERSION} on Electron `);
  await expect(updates.getByRole('button')).toHaveText(['Check for updates']);
  await check(updates);
  await expect(updates.getByText(`Aurora ${NEWER} is there.`)).toBeVisible();
  await updates.getByText(`What is new in ${NEWER}`).click();
  await expect(updates.getByText('Rows are <b>wider</b>.')).toBeVisible();
  expect(feed.fetched()).toBe(0);
  // A step out of turn changes nothing.
  await step(window, 'restart');
  await expect(updates.getByText(`Aurora ${NEWER} is there.`)).toBeVisible();
  await updates.getByRole('button', { name: `Fetch ${NEWER}` }).press('Enter');
  // The keyboard is on the sentence, so that one more Enter restarts nothing, and a Tab before the button.
  await expect(updates.getByText('is here and verified')).toBeFocused();
  await expect(updates.getByRole('button')).toHaveText([`Restart into ${NEWER}`]);
  await window.page.keyboard.press('Enter');
  await window.page.keyboard.press('Tab');
  await expect(updates.getByRole('button', { name: `Restart into ${NEWER}` })).toBeFocused();
  expect(readFileSync(appImage, 'utf8')).toBe(noting('old'));
  const end = ended(window);
  await click(updates, `Restart into ${NEWER}`);
  expect(await end).toBe(0);
  expect(readFileSync(appImage, 'utf8')).toBe(program);
  await expect.poll(() => wasStarted('renewed')).toBe(true);
  expect(readdirSync(dirname(appImage)).toSorted()).toEqual(['aurora.AppImage', 'aurora.AppImage.renewed']);
});

test('an AppImage with a version in its name is renewed under that name', async () => {
  const named = join(dirname(appImage), 'Aurora-1.0.0.AppImage');
  renameSync(appImage, named);
  appImage = named;
  const window = await anAppImage();
  const program = noting('started');
  feed.offer({ version: NEWER, program });
  await fetchNewer(window.updates);
  const end = ended(window);
  await click(window.updates, `Restart into ${NEWER}`);
  expect(await end).toBe(0);
  await expect.poll(() => wasStarted('started')).toBe(true);
  expect(readFileSync(named, 'utf8')).toBe(program);
  expect(readdirSync(dirname(named)).toSorted()).toEqual([basename(named), `${basename(named)}.started`]);
});

test('work that does not end in its time keeps no newer version away', async () => {
  const data = aWindowFolder();
  const window = await anAppImage(data);
  const program = noting('new');
  feed.offer({ version: NEWER, program });
  await fetchNewer(window.updates);
  const closed = join(aWindowFolder(), 'log-closed');
  await noteLogClosed(window, closed);
  await neverEnd(window);
  const end = ended(window);
  await click(window.updates, `Restart into ${NEWER}`);
  expect(await end).toBe(0);
  await expect.poll(() => wasStarted('new')).toBe(true);
  expect(readFileSync(appImage, 'utf8')).toBe(program);
  expect(existsSync(closed)).toBe(true);
});

test('what was fetched is not installed by a quit', async () => {
  const { app, updates } = await anAppImage();
  feed.offer({ version: NEWER, program: noting('new') });
  await fetchNewer(updates);
  await app.close();
  expect(readFileSync(appImage, 'utf8')).toBe(noting('old'));
});

test('the newer version goes on with the data of the one before', async () => {
  test.setTimeout(120_000);
  const data = aWindowFolder();
  const window = await anAppImage(data);
  const hands = await foreignHands(reachOf(data));
  await playStory(hands);
  hands.close();
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const { url, tokens } = reachOf(data);
    const headers = { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' };
    return (await fetch(`${url}${path}`, { ...init, headers })).json();
  };
  const before = await ask('/api/signals');
  // Work that nobody does yet.
  const task = { task_type: 'trading_analysis', symbol: 'WAIT/USD', timeframe: '5m' };
  const { task_id } = (await ask('/api/tasks', { method: 'POST', body: JSON.stringify(task) })) as { task_id: string };

  // It is told of no data folder: it has to be started where the one before was.
  const command = [otherVersion(NEWER), '--disable-gpu', ...EMPTY].map((part) => `"${part}"`).join(' ');
  feed.offer({ version: NEWER, program: noting('new', command) });
  await fetchNewer(window.updates);
  const end = ended(window);
  await click(window.updates, `Restart into ${NEWER}`);
  expect(await end).toBe(0);

  try {
    await until(
      'the newer version to hold the data folder',
      async () => ((await ask('/api/diagnostics').catch(() => null)) as { aurora: string } | null)?.aurora === NEWER,
      60_000,
    );
    expect(await ask('/api/signals')).toEqual(before);
    expect(await ask(`/api/tasks/${task_id}`)).toMatchObject({ task_id, state: 'queued' });
  } finally {
    await endEngineOf(data);
  }
  expect(existsSync(join(data, 'update.json'))).toBe(false);
});

test('a version that cannot be put in place costs no work', async () => {
  const { app, page, updates } = await anAppImage();
  feed.offer({ version: NEWER, program: noting('new') });
  await fetchNewer(updates);
  chmodSync(dirname(appImage), 0o555);
  await click(updates, `Restart into ${NEWER}`);
  await expect(updates.getByText(`${appImage} cannot be replaced`)).toBeVisible();
  await expect(updates.getByRole('button')).toHaveText(['Check for updates']);
  await expect(page.getByRole('status', { includeHidden: true }).first()).toHaveText('Live');
  expect(readFileSync(appImage, 'utf8')).toBe(noting('old'));
  chmodSync(dirname(appImage), 0o755);
  await app.close();
});

test('after an installation that failed the old version starts again, and says so', async () => {
  const data = aWindowFolder();
  const window = await anAppImage(data);
  feed.offer({ version: NEWER, program: noting('new') });
  await fetchNewer(window.updates);
  const home = await window.app.evaluate(() => process.env.HOME ?? '');
  rmSync(join(home, '.cache', 'aurora-updater', 'pending'), { recursive: true });
  const end = ended(window);
  await click(window.updates, `Restart into ${NEWER}`);
  expect(await end).toBe(1);
  expect(readFileSync(appImage, 'utf8')).toBe(noting('old'));
  await expect.poll(() => wasStarted('old')).toBe(true);
  expect(wasStarted('new')).toBe(false);

  const { app, updates } = await anAppImage(data);
  await expect(updates).toContainText(`Aurora ${NEWER} could not be installed, and ${VERSION} goes on as before`);
  await fetchNewer(updates);
  await app.close();
});

for (const fault of ['unsigned', 'other-key', 'tampered-offer'] as const)
  test(`an offer that is ${fault} is refused, and the old version runs on`, async () => {
    const window = await anAppImage();
    feed.offer({ version: NEWER, program: noting('new'), fault });
    await check(window.updates);
    await expect(window.updates.getByText('is not signed by the makers of this program')).toBeVisible();
    await expect(window.updates.getByRole('button')).toHaveText(['Check for updates']);
    await step(window, 'fetch');
    expect(feed.fetched()).toBe(0);
    await window.app.close();
  });

test('a program that is not the one that was signed is refused', async () => {
  const window = await anAppImage();
  feed.offer({ version: NEWER, program: noting('new'), fault: 'tampered-program' });
  await check(window.updates);
  await click(window.updates, `Fetch ${NEWER}`);
  await expect(window.updates.getByText('sha512')).toBeVisible();
  await step(window, 'restart');
  expect(readFileSync(appImage, 'utf8')).toBe(noting('old'));
  await window.app.close();
});

test('an older version, and a place that does not answer, are none', async () => {
  const { app, page, updates } = await anAppImage();
  feed.offer({ version: '0.0.1', program: noting('new') });
  await check(updates);
  await expect(updates.getByText(`There is no version newer than ${VERSION}.`)).toBeVisible();
  feed.close();
  await check(updates);
  await expect(updates.getByText('The place that has newer versions does not answer')).toBeVisible();
  await expect(page.getByRole('status', { includeHidden: true }).first()).toHaveText('Live');
  await app.close();
});

test('a program that does not renew itself says what does, and offers nothing', async () => {
  const window = await openWindow(aWindowFolder(), EMPTY);
  const updates = await updatesOf(window);
  await expect(updates).toContainText('Aurora was unpacked by hand');
  await expect(updates.getByRole('button')).toHaveCount(0);
  await window.app.close();
});

/** A store that the first version wrote, in a data folder. */
function anOldStore(data: string): string {
  const file = join(data, 'live', 'aurora.db');
  mkdirSync(dirname(file));
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  db.exec(readFileSync(new URL('../../core/store/testing/schema-1.sql', import.meta.url), 'utf8'));
  db.close();
  handOver(data);
  return file;
}

/** What a store holds, and in which schema. */
function contentOf(file: string): { schema: unknown; results: unknown } {
  const db = new Database(file, { readonly: true });
  const schema = db.pragma('user_version', { simple: true });
  const results = db.prepare('SELECT offset, body, hash FROM results ORDER BY offset').all();
  db.close();
  return { schema, results };
}

test('what an older version had stored is kept and shown, and a copy of it was made first', async () => {
  const data = aWindowFolder();
  const file = anOldStore(data);
  const before = contentOf(file);
  expect(before).toMatchObject({ schema: 1, results: { length: 9 } });
  const { app, page } = await openWindow(data, EMPTY);
  const list = page.getByRole('list', { name: 'Signals' });
  await expect(list.getByRole('listitem')).toHaveCount(3);
  for (const symbol of ['ADA/BTC', 'ETH/BTC', 'GOOG'])
    await expect(list.getByRole('button', { name: symbol })).toBeVisible();
  await app.close();
  expect(contentOf(join(data, 'live', 'backups', 'before-schema-2.db'))).toEqual(before);
  const after = contentOf(file);
  expect(after.results).toEqual(before.results);
  expect(after.schema).toBeGreaterThan(1);
});
