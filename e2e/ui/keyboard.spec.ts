import { expect, test } from 'playwright/test';
import { aMarket, recordOf } from '../support/market.ts';
import { aContradictedRow, aRow, manySymbols } from '../support/rows.ts';
import { scriptedEngine } from '../support/scripted-engine.ts';
import { openSidebar } from '../support/sidebar-page.ts';

test('by keyboard alone: a symbol is found, opened, its reasons read, and watched', async ({ page }) => {
  const analysis = aContradictedRow({ symbol: 'S0777/USD', stage: 'analysis', model: 'fallback-model' });
  const wanted = aContradictedRow({ symbol: 'S0777/USD', analyzed_at: analysis.analyzed_at });
  const rows = manySymbols(1_000).map((symbol) => aRow({ symbol }));
  const engine = await scriptedEngine({
    rows: new Map([...rows, wanted].map((row) => [row.symbol, row])),
    records: [
      recordOf(analysis),
      recordOf(wanted, { analysis_task_id: analysis.task_id, reasoning: 'The phase speaks against it.', usage: null }),
      recordOf(aRow({ symbol: 'S0777/USD', analyzed_at: '2026-01-05T12:00:00.000Z', offset: 0 })),
    ],
    bars: aMarket(),
  });
  const { complaints } = await openSidebar(page, engine);
  const list = page.getByRole('list', { name: 'Signals' });
  await expect(list.getByRole('listitem').first()).toBeVisible();

  await test.step('finds it', async () => {
    await page.keyboard.press('Control+f');
    await expect(page.getByRole('searchbox', { name: 'Search symbols' })).toBeFocused();
    await page.keyboard.type('0777');
    await expect(list.getByRole('listitem')).toHaveCount(1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('j');
    await expect(page.getByRole('button', { name: 'S0777/USD' })).toBeFocused();
  });

  const detail = page.getByRole('region', { name: 'Selected signal' });
  await test.step('opens it and reads why', async () => {
    await page.keyboard.press('Enter');
    await expect(detail.getByRole('heading', { name: 'Why 36%' })).toBeVisible();
    await expect(detail.getByRole('list')).toContainText(/Model said\s*90%.*× 0.8\s*72%.*× 0.5\s*36%.*Shown\s*36%/s);
    await expect(detail.getByText('Price closed above the range high')).toBeVisible();
    await expect(detail.getByText('The phase speaks against it.')).toBeVisible();
    await expect(detail.getByText(/^fallback-model/).locator('..')).toHaveText('fallback-modelFallback');
    await expect(detail.getByText('rules-hidden-hand').locator('..')).toHaveText('rules-hidden-hand');
    await expect(detail.getByText('2,114 in, 180 out · $0.004')).toBeVisible();
    await expect(detail.getByText('1.8 s (settled 2 ms, persisted 1.8 s), attempt 2')).toBeVisible();
    await expect(detail.getByRole('table')).toContainText('5 Jan, 12:00');
    expect(new URL(page.url()).hash).toBe('#q=0777&symbol=S0777%2FUSD');
  });

  await test.step('walks along the chart', async () => {
    const chart = detail.getByRole('application', { name: /^S0777\/USD, 5 minutes: 160 bars/ });
    await expect(chart).toBeVisible();
    await chart.focus();
    const values = detail.locator('.values');
    for (let bar = 0; bar < 4; bar += 1) await page.keyboard.press('ArrowLeft');
    await expect(values).toContainText('Sign of weakness');
    await expect(values).toContainText('Distribution tier 1');
    await expect(values).toContainText(/O 0\.\d{7} H 0\.\d{7} L 0\.\d{7} C 0\.\d{7}/);
  });

  await test.step('watches it, and shows the watched alone', async () => {
    await page.keyboard.press('w');
    await expect(detail.getByRole('button', { name: 'Watched' })).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Watchlist' }).selectOption('list:Watched');
    await expect(list.getByRole('listitem')).toHaveCount(1);
    await page.reload();
    await expect(list.getByRole('listitem')).toHaveCount(1);
    await expect(detail.getByRole('button', { name: 'Watched' })).toBeVisible();
  });

  await test.step('freezes, reads the shortcuts, and closes what is open', async () => {
    await page.keyboard.press('p');
    await expect(page.getByRole('button', { name: 'Frozen' })).toBeVisible();
    engine.push([aRow({ symbol: 'S0777/USD', signal: 'SELL' })]);
    await expect(page.getByRole('listitem', { name: /^S0777\/USD 5m SELL/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Frozen' })).toHaveCount(0);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(detail.getByRole('heading')).toHaveCount(0);
  });
  expect(complaints).toEqual([]);
  await engine.close();
});

test('two thousand symbols: the last is a key away, and only what is on screen is in the page', async ({ page }) => {
  const symbols = manySymbols(2_000);
  const engine = await scriptedEngine({ rows: new Map(symbols.map((symbol) => [symbol, aRow({ symbol })])) });
  await openSidebar(page, engine);
  const list = page.getByRole('list', { name: 'Signals' });
  await expect(list.getByRole('listitem').first()).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('button', { name: 'S2000/USD' })).toBeFocused();
  await page.keyboard.press('End');
  await expect(page.getByRole('button', { name: 'S0001/USD' })).toBeFocused();
  await expect(list.getByRole('listitem', { name: /^S0001/ })).toHaveAttribute('aria-posinset', '2000');
  expect(await list.getByRole('listitem').count()).toBeLessThan(40);
  await page.keyboard.press('Home');
  await expect(page.getByRole('button', { name: 'S2000/USD' })).toBeFocused();
  await engine.close();
});

test('where there is no room for both, the detail takes the list’s place, says how the link stands, and gives it back', async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 780 });
  const engine = await scriptedEngine({ rows: new Map([['ADA/BTC', aContradictedRow()]]), bars: aMarket() });
  await openSidebar(page, engine);
  await expect(page.getByRole('listitem')).toHaveCount(1);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /^ADA\/BTC/ })).toBeFocused();
  await expect(page.getByRole('list', { name: 'Signals' })).toBeHidden();
  await expect(page.getByRole('status')).toHaveText('Live');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('list', { name: 'Signals' })).toBeVisible();
  await engine.close();
});

test('older bars that come push the chart along under a bar that was walked to, and it stays the one that is read', async ({
  page,
}) => {
  const whole = aMarket();
  const bars = { ...whole, items: whole.items.slice(40), next: String(whole.items[40]?.[0]) };
  const engine = await scriptedEngine({ rows: new Map([['ADA/BTC', aContradictedRow()]]), bars });
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\/api\/bars\?.*before=/, async (route) => {
    await released;
    await route.fulfill({ json: { ...whole, items: whole.items.slice(0, 40) } });
  });
  await openSidebar(page, engine);
  await expect(page.getByRole('listitem')).toHaveCount(1);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('application', { name: /^ADA\/BTC, 5 minutes: 120 bars/ }).focus();
  for (let bar = 0; bar < 4; bar += 1) await page.keyboard.press('ArrowLeft');
  const values = page.locator('.values');
  await expect(values).toContainText('Sign of weakness');
  const read = await values.textContent();
  release();
  await expect(page.getByRole('application', { name: /: 160 bars/ })).toBeFocused();
  await expect(values).toHaveText(read ?? '');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await expect(values).toHaveText(read ?? '');
  await engine.close();
});
