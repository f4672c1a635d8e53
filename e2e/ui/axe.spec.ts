import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from 'playwright/test';
import { aMarket, recordOf } from '../support/market.ts';
import { aContradictedRow, aRow } from '../support/rows.ts';
import { NO_BARS, QUIET, type Script, scriptedEngine } from '../support/scripted-engine.ts';
import { openSidebar } from '../support/sidebar-page.ts';

const old = new Date(Date.now() - 4 * 3_600_000).toISOString();
const ROWS = [
  aContradictedRow(),
  aRow({ symbol: 'XLM/BTC', signal: 'SELL', risk_score: 0.2 }),
  aRow({ symbol: 'XMR/BTC', signal: 'HOLD', stage: 'analysis', wyckoff_phase: 'unknown' }),
  aRow({ symbol: 'ETC/BTC', signal: 'SELL', analyzed_at: old, degraded: true }),
  aRow({ symbol: 'TRX/BTC', signal: 'BUY', analyzed_at: old }),
];
const FULL: Partial<Script> = {
  rows: new Map(ROWS.map((row) => [row.symbol, row])),
  records: ROWS.map((row) => recordOf(row)),
  bars: aMarket(),
  prices: ROWS.map(({ symbol, analyzed_at }, at) => ({
    symbol,
    price: 0.0714,
    time: new Date().toISOString(),
    signal: { analyzed_at, price: at % 2 === 0 ? 0.0712 : 0.0716 },
  })),
};

interface Screen {
  name: string;
  script: Partial<Script>;
  /** Whether it is another one where the page is narrow. */
  narrow?: true;
  reach?(page: Page): Promise<void>;
}

const open = async (page: Page) => {
  await page.getByRole('button', { name: 'ADA/BTC' }).click();
  await expect(page.getByRole('application')).toBeVisible();
  await page.mouse.move(0, 0);
};

const SCREENS: readonly Screen[] = [
  { name: 'empty', script: { status: { ...QUIET, agents: [], feeds: [] } } },
  { name: 'refused', script: { refuses: { code: 'unauthorized', message: 'no' } } },
  { name: 'rows', script: FULL, narrow: true },
  { name: 'no match', script: FULL, reach: (page) => page.getByRole('searchbox').fill('zzz') },
  { name: 'open', script: FULL, narrow: true, reach: open },
  {
    name: 'open without bars',
    script: { ...FULL, bars: NO_BARS },
    reach: (page) => page.getByRole('button', { name: 'ADA/BTC' }).click(),
  },
  {
    name: 'broken',
    narrow: true,
    script: {
      ...FULL,
      status: {
        ...QUIET,
        origin: 'replay',
        market_time: '2018-01-18T20:03:00.000Z',
        not_saved: 'disk full',
        alarms: ['12 results that had been stored are lost.'],
        waiting: [
          { task_type: 'trading_signal', count: 2, reason: 'no_capable_agent', missing: ['hidden_hand_validation'] },
        ],
      },
    },
  },
  {
    name: 'shortcuts',
    script: FULL,
    reach: (page) => page.getByRole('button', { name: 'Keyboard shortcuts' }).click(),
  },
  {
    name: 'tooltip',
    script: FULL,
    reach: (page) => page.getByRole('button', { name: 'Degraded' }).first().hover(),
  },
];
const NARROW = { width: 320, height: 700 };
const WIDE = { width: 1280, height: 860 };

for (const scheme of ['dark', 'light'] as const)
  test(`axe finds nothing on any screen, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    for (const { name, script, narrow, reach } of SCREENS)
      for (const size of narrow ? [WIDE, NARROW] : [WIDE])
        await test.step(`${name}, ${size.width}`, async () => {
          const engine = await scriptedEngine(script);
          await page.setViewportSize(size);
          await openSidebar(page, engine);
          await expect(page.getByRole('status')).not.toHaveText('Connecting');
          await reach?.(page);
          const { violations } = await new AxeBuilder({ page }).analyze();
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
