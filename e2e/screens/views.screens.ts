import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from 'playwright/test';
import type { Status } from '../../core/contract/sidebar.ts';
import { type Program, startProgram, until } from '../support/program.ts';
import { scriptedEngine } from '../support/scripted-engine.ts';
import { openSidebar } from '../support/sidebar-page.ts';
import { aWindowFolder, handOver, openWindow } from '../support/window.ts';
import { SCREENS } from '../ui/screens.ts';

const folder = fileURLToPath(new URL('../../docs/screens/', import.meta.url));
const SCHEMES = ['dark', 'light'] as const;
const VIEWS = { sidebar: [380, 860], dashboard: [1280, 860], wall: [1720, 980] } as const;
/** Narrow, wide and widest. */
const SIZES = { sidebar: [380, 760], dashboard: [1280, 860], wall: [1720, 980] } as const;
/** A day on which the built-in rules buy, sell, degrade and contradict. */
const MARKET_TIME = Date.parse('2018-01-18T20:00:00Z');
const CALM = ['--speed', '20'];

const QUALITY = 0.75;

/** A third of the size of a PNG; the page's own browser does the work. */
async function draw(page: Page, name: string): Promise<void> {
  const png = (await page.screenshot()).toString('base64');
  const webp = await page.evaluate(
    async ([image, quality]) => {
      const bytes = Uint8Array.from(atob(image), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
      let text = '';
      for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
      return btoa(text);
    },
    [png, QUALITY] as const,
  );
  writeFileSync(`${folder}${name}.webp`, Buffer.from(webp, 'base64'));
}

const data = aWindowFolder();

/** Runs the built-in replay up to the day that is shown, and leaves it there. */
test.beforeAll(async () => {
  const program = await startProgram(['--speed', '6000'], data);
  await until(
    'the market to be there',
    async () => Date.parse((await program.get<Status>('/api/status')).market_time ?? '') >= MARKET_TIME,
    90_000,
  );
  await program.stop();
});

async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('status')).toHaveText('Live');
  await expect(page.getByRole('list', { name: 'Signals' }).getByRole('listitem')).toHaveCount(7);
  await page.evaluate(() => document.fonts.ready);
  await page.mouse.move(0, 0);
}

test.describe('every screen', () => {
  for (const scheme of SCHEMES)
    for (const [view, [width, height]] of Object.entries(SIZES))
      for (const { name, script, reach } of SCREENS)
        test(`${name}, ${view}, ${scheme}`, async ({ page }) => {
          const engine = await scriptedEngine(script);
          await page.setViewportSize({ width, height });
          await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
          await openSidebar(page, engine);
          await expect(page.getByRole('status').first()).not.toHaveText('Connecting');
          await reach?.(page, engine);
          await page.evaluate(() => document.fonts.ready);
          await draw(page, `${name}-${width}-${scheme}`);
          await engine.close();
        });
});

async function openWarned(page: Page): Promise<void> {
  const warned = page.getByRole('listitem', { name: /hidden hand/ }).first();
  await warned.getByRole('button', { name: /BTC$/ }).click();
  await expect(page.getByRole('application')).toBeVisible();
  await page.mouse.move(0, 0);
}

test.describe('in the browser', () => {
  let program: Program;
  test.beforeAll(async () => {
    program = await startProgram(CALM, data);
  });
  test.afterAll(() => program.stop());

  for (const scheme of SCHEMES)
    for (const [view, [width, height]] of Object.entries(VIEWS))
      test(`${view}, ${scheme}`, async ({ page }) => {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        await openSidebar(page, program);
        await settled(page);
        if (view !== 'sidebar') await openWarned(page);
        await draw(page, `${view}-${scheme}`);
      });
});

for (const scheme of SCHEMES)
  test(`the window, ${scheme}`, async () => {
    handOver(data);
    const { app, page } = await openWindow(data, CALM);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await settled(page);
    await openWarned(page);
    await draw(page, `window-${scheme}`);
    await app.close();
  });
