import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from 'playwright/test';
import { scriptedEngine } from '../support/scripted-engine.ts';
import { openSidebar } from '../support/sidebar-page.ts';
import { FULL, SCREENS } from './screens.ts';

/** In these the narrow page is another one. */
const NARROW_TOO = ['list', 'detail', 'not-saved', 'first-run', 'settings'];
const NARROW = { width: 320, height: 700 };
const WIDE = { width: 1280, height: 860 };

for (const scheme of ['dark', 'light'] as const)
  test(`axe finds nothing on any screen, ${scheme}`, async ({ page }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    for (const { name, script, reach } of SCREENS)
      for (const size of NARROW_TOO.includes(name) ? [WIDE, NARROW] : [WIDE])
        await test.step(`${name}, ${size.width}`, async () => {
          const engine = await scriptedEngine(script);
          await page.setViewportSize(size);
          await openSidebar(page, engine);
          await expect(page.getByRole('status').first()).not.toHaveText('Connecting');
          await reach?.(page, engine);
          // The page has no frames; for those the other mode would open a second page each time.
          const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
          expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
          await engine.close();
        });
  });

test('forced colours: every signal keeps its shape and its word', async ({ page }) => {
  const engine = await scriptedEngine(FULL);
  await page.emulateMedia({ forcedColors: 'active' });
  await openSidebar(page, engine);
  for (const signal of ['BUY', 'SELL', 'HOLD'])
    await expect(page.locator('.sig', { hasText: signal }).first()).toBeVisible();
  const fills = await page.locator('.row > .shape').evaluateAll((all) => all.map((one) => getComputedStyle(one).fill));
  expect(new Set(fills).size).toBe(1);
  await expect(page.locator('.fill').first()).toBeVisible();
  await engine.close();
});
