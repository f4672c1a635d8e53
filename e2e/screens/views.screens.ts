import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from 'playwright/test';
import type { Status } from '../../core/contract/sidebar.ts';
import { type Program, startProgram, until } from '../support/program.ts';
import { openSidebar } from '../support/sidebar-page.ts';
import { aWindowFolder, handOver, openWindow } from '../support/window.ts';

const folder = fileURLToPath(new URL('../../docs/screens/', import.meta.url));
const SCHEMES = ['dark', 'light'] as const;
const VIEWS = { sidebar: [380, 860], dashboard: [1280, 860], wall: [1720, 980] } as const;
/** A day on which the built-in rules buy, sell, degrade and contradict. */
const MARKET_TIME = Date.parse('2018-01-18T20:00:00Z');
const CALM = ['--speed', '20'];

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

const selectWarned = (page: Page) =>
  page
    .getByRole('listitem', { name: /hidden hand/ })
    .first()
    .getByRole('button', { name: /BTC$/ })
    .click();

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
        if (view !== 'sidebar') await selectWarned(page);
        await page.screenshot({ path: `${folder}${view}-${scheme}.png` });
      });
});

for (const scheme of SCHEMES)
  test(`the window, ${scheme}`, async () => {
    handOver(data);
    const { app, page } = await openWindow(data, CALM);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await settled(page);
    await selectWarned(page);
    await page.screenshot({ path: `${folder}window-${scheme}.png` });
    await app.close();
  });
