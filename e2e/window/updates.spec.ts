import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { updateStateSchema } from '../../core/contract/window.ts';
import { KEY, type UpdateFeed, updateFeed } from '../support/update-feed.ts';
import { type AuroraWindow, aWindowFolder, handOver, openWindow } from '../support/window.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const NEWER = '9.1.0';
const OLD_PROGRAM = '#!/bin/sh\necho old\n';

let feed: UpdateFeed;
let appImage: string;
test.beforeEach(async () => {
  feed = await updateFeed();
  const folder = aWindowFolder();
  appImage = join(folder, 'aurora.AppImage');
  writeFileSync(appImage, OLD_PROGRAM);
  chmodSync(appImage, 0o755);
  handOver(folder);
});
test.afterEach(() => feed.close());

/** The program that is offered writes down that it was started. */
const newProgram = (): string => `#!/bin/sh\ntouch "${appImage}.started"\n`;

/** A window whose program runs out of an AppImage, as far as it can see. */
async function anAppImage(data = aWindowFolder()): Promise<AuroraWindow> {
  const window = await openWindow(data, EMPTY, undefined, {
    APPIMAGE: appImage,
    AURORA_TEST_UPDATE: JSON.stringify({ url: feed.url, key: KEY }),
  });
  await expect(window.page.getByRole('status')).toHaveText('Live', { timeout: 15_000 });
  await window.page.evaluate(() => {
    const told: unknown[] = [];
    Object.assign(globalThis, { told });
    globalThis.window.aurora?.watchUpdate((state) => told.push(state));
  });
  return window;
}

const step = ({ page }: AuroraWindow, name: 'check' | 'fetch' | 'restart') =>
  page.evaluate((asked) => globalThis.window.aurora?.updateNow(asked), name);
const state = async ({ page }: AuroraWindow) =>
  updateStateSchema.parse(await page.evaluate(() => (globalThis as unknown as { told: unknown[] }).told.at(-1)));

test('a signed newer version is fetched and started, each when asked', async () => {
  const window = await anAppImage();
  feed.offer({ version: NEWER, program: newProgram() });
  expect(await state(window)).toEqual({ is: 'idle' });
  await step(window, 'check');
  expect(await state(window)).toEqual({ is: 'found', version: NEWER });
  expect(feed.fetched()).toBe(0);
  // A step out of turn changes nothing.
  await step(window, 'restart');
  expect(await state(window)).toEqual({ is: 'found', version: NEWER });
  await step(window, 'fetch');
  expect(await state(window)).toEqual({ is: 'fetched', version: NEWER });
  expect(readFileSync(appImage, 'utf8')).toBe(OLD_PROGRAM);
  const ended = new Promise((resolve) => window.app.process().once('exit', resolve));
  await step(window, 'restart').catch(() => {});
  expect(await ended).toBe(0);
  expect(readFileSync(appImage, 'utf8')).toBe(newProgram());
  await expect.poll(() => existsSync(`${appImage}.started`)).toBe(true);
});

test('what was fetched is not installed by a quit', async () => {
  const window = await anAppImage();
  feed.offer({ version: NEWER, program: newProgram() });
  await step(window, 'check');
  await step(window, 'fetch');
  await window.app.close();
  expect(readFileSync(appImage, 'utf8')).toBe(OLD_PROGRAM);
});

for (const fault of ['unsigned', 'other-key', 'tampered-offer'] as const)
  test(`an offer that is ${fault} is refused, and the old version runs on`, async () => {
    const window = await anAppImage();
    feed.offer({ version: NEWER, program: newProgram(), fault });
    await step(window, 'check');
    expect(await state(window)).toMatchObject({ is: 'failed', message: expect.stringContaining('not signed') });
    await step(window, 'fetch');
    expect(feed.fetched()).toBe(0);
    await window.app.close();
  });

test('a program that is not the one that was signed is refused', async () => {
  const window = await anAppImage();
  feed.offer({ version: NEWER, program: newProgram(), fault: 'tampered-program' });
  await step(window, 'check');
  await step(window, 'fetch');
  expect(await state(window)).toMatchObject({ is: 'failed', message: expect.stringContaining('sha512') });
  await step(window, 'restart');
  expect(readFileSync(appImage, 'utf8')).toBe(OLD_PROGRAM);
  await window.app.close();
});

test('an older version, and a place that does not answer, are none', async () => {
  const window = await anAppImage();
  feed.offer({ version: '0.0.1', program: newProgram() });
  await step(window, 'check');
  expect(await state(window)).toEqual({ is: 'newest' });
  feed.close();
  await step(window, 'check');
  expect(await state(window)).toMatchObject({ is: 'failed' });
  await expect(window.page.getByRole('status')).toHaveText('Live');
  await window.app.close();
});

test('a package of the system’s own says who renews it', async () => {
  const window = await openWindow(aWindowFolder(), EMPTY);
  const told = await window.page.evaluate(
    () => new Promise((resolve) => globalThis.window.aurora?.watchUpdate(resolve)),
  );
  expect(told).toMatchObject({ is: 'elsewhere', message: expect.stringContaining('package manager') });
  await window.app.close();
});
