import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'playwright/test';
import { playStory } from '../story/play.ts';
import { endEngineOf } from '../support/ending.ts';
import { foreignHands } from '../support/foreign-agent.ts';
import { reachOf, until } from '../support/program.ts';
import { KEY, updateFeed } from '../support/update-feed.ts';
import { aWindowFolder, handOver, openWindow, renumber } from '../support/window.ts';
import { aReadableFolder, openImage, packImage } from './unpacked.ts';

const NEWER = '9.1.0';
const EMPTY = ['--agents', 'none'];

/** The image that was built, where its user may replace it. */
function ownImage(): string {
  const folder = aWindowFolder();
  const image = join(folder, 'aurora-linux-x86_64.AppImage');
  copyFileSync(process.env.AURORA_TEST_IMAGE ?? '', image);
  handOver(folder);
  return image;
}

/** What a newer version's image holds. */
function newerThan(image: string): Buffer {
  const folder = openImage(image);
  renumber(folder, NEWER);
  const newer = join(aReadableFolder(), 'newer.AppImage');
  packImage(folder, newer);
  return readFileSync(newer);
}

/** Asks the engine of a data folder, whichever that is by now. */
async function ask<T>(data: string, path: string): Promise<T> {
  const { url, tokens } = reachOf(data);
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${tokens.operator}` } });
  return (await answer.json()) as T;
}

test('an AppImage renews itself, and the newer one goes on with the same data', async () => {
  const image = ownImage();
  const feed = await updateFeed();
  const program = newerThan(image);
  feed.offer({ version: NEWER, program });
  process.env.AURORA_TEST_ELECTRON = JSON.stringify({ packaged: image });
  const data = aWindowFolder();
  // The newer version is started with no arguments, as a click does.
  writeFileSync(join(data, 'settings.json'), JSON.stringify({ feed: 'none' }));
  handOver(data);
  const { app, page } = await openWindow(data, EMPTY, undefined, {
    TMPDIR: aWindowFolder(),
    AURORA_TEST_UPDATE: JSON.stringify({ url: feed.url, key: KEY }),
  });
  await expect(page.getByRole('status')).toHaveText('Live', { timeout: 30_000 });
  const hands = await foreignHands(reachOf(data));
  await playStory(hands);
  hands.close();
  const before = await ask(data, '/api/signals');

  await page.getByRole('button', { name: 'Settings' }).click();
  const updates = page.getByRole('region', { name: 'Updates' });
  await updates.getByRole('button', { name: 'Check for updates' }).click();
  await updates.getByRole('button', { name: `Fetch ${NEWER}` }).click();
  const restart = updates.getByRole('button', { name: `Restart into ${NEWER}` });
  await expect(restart).toBeVisible({ timeout: 60_000 });
  const ended = new Promise((resolve) => app.process().once('exit', resolve));
  await restart.click();
  expect(await ended).toBe(0);
  expect(readFileSync(image).equals(program)).toBe(true);
  expect(readdirSync(dirname(image))).toHaveLength(1);

  try {
    await until(
      'the newer version to answer',
      async () => (await ask<{ aurora: string }>(data, '/api/diagnostics').catch(() => null))?.aurora === NEWER,
      60_000,
    );
    expect(await ask(data, '/api/signals')).toEqual(before);
  } finally {
    await endEngineOf(data);
    feed.close();
  }
});
