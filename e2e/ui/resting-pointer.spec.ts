import { expect, test } from 'playwright/test';
import { aRow, manySymbols } from '../support/rows.ts';
import { scriptedEngine } from '../support/scripted-engine.ts';
import { openSidebar } from '../support/sidebar-page.ts';

const SYMBOLS = manySymbols(2_000);
const RATE = 100;

/** Watches the rows inside the page: any that is not where it was, or says another symbol, is counted. */
const WATCH_ROWS = `
  window.moved = 0;
  const seen = new Map([...document.querySelectorAll('.row')].map((row) => [row.dataset.symbol, row.getBoundingClientRect().top]));
  const look = () => {
    for (const row of document.querySelectorAll('.row')) {
      const at = seen.get(row.dataset.symbol);
      if (at !== row.getBoundingClientRect().top) window.moved += 1;
    }
    requestAnimationFrame(look);
  };
  look();
`;

test('under a resting pointer no row moves, at 100 results a second for as long as it rests', async ({ page }) => {
  const seconds = Number(process.env.AURORA_REST_SECONDS ?? 8);
  const engine = await scriptedEngine({ rows: new Map(SYMBOLS.map((symbol) => [symbol, aRow({ symbol })])) });
  await openSidebar(page, engine);
  const list = page.getByRole('list', { name: 'Signals' });
  await expect(list.getByRole('listitem').first()).toHaveAttribute('data-symbol', 'S2000/USD');
  await list.getByRole('listitem').nth(2).hover();
  await page.evaluate(WATCH_ROWS);

  const start = Date.now();
  let sent = 0;
  const flow = setInterval(() => {
    const due = Math.floor(((Date.now() - start) / 1_000) * RATE);
    const batch = Array.from({ length: due - sent }, (_, at) => {
      const symbol = SYMBOLS[((sent + at) * 37) % SYMBOLS.length] ?? '';
      return aRow({ symbol, confidence: ((sent + at) % 90) / 100 });
    });
    sent = due;
    if (batch.length > 0) engine.push(batch);
  }, 20);
  await expect(page.getByRole('button', { name: /newer/ })).toBeVisible();
  await expect.poll(() => sent, { timeout: (seconds + 10) * 1_000, intervals: [250] }).toBeGreaterThan(seconds * RATE);
  clearInterval(flow);

  expect(await page.evaluate('window.moved')).toBe(0);
  const newest = [...engine.script.rows.values()].reduce((a, b) => (a.offset > b.offset ? a : b));
  await page.getByRole('button', { name: /newer/ }).click();
  await expect(list.getByRole('listitem').first()).toHaveAttribute('data-symbol', newest.symbol);
  await engine.close();
});

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
