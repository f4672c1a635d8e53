import { expect, test } from 'playwright/test';
import { aRow } from '../support/rows.ts';
import { scriptedEngine } from '../support/scripted-engine.ts';
import { openSidebar } from '../support/sidebar-page.ts';

test('a row changes in its place under the keyboard, and Escape lets what is newer in', async ({ page }) => {
  const rows = ['A/USD', 'B/USD', 'C/USD'].map((symbol) => aRow({ symbol }));
  const engine = await scriptedEngine({ rows: new Map(rows.map((row) => [row.symbol, row])) });
  await openSidebar(page, engine);
  const order = () =>
    page.getByRole('listitem').evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset.symbol));
  await expect(page.getByRole('listitem')).toHaveCount(3);
  await page.keyboard.press('j');
  await expect(page.getByRole('button', { name: 'C/USD' })).toBeFocused();
  engine.push([aRow({ symbol: 'A/USD', signal: 'SELL' }), aRow({ symbol: 'D/USD' })]);
  await expect(page.getByRole('listitem', { name: /^A\/USD 5m SELL/ })).toBeVisible();
  await expect(page.getByRole('button', { name: '2 newer' })).toBeVisible();
  expect(await order()).toEqual(['C/USD', 'B/USD', 'A/USD']);
  await page.keyboard.press('Escape');
  await expect.poll(order).toEqual(['D/USD', 'A/USD', 'C/USD', 'B/USD']);
  await expect(page.getByRole('button', { name: 'C/USD' })).toBeFocused();
  await engine.close();
});
