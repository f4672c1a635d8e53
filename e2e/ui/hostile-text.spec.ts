import { expect, test } from 'playwright/test';
import { HOSTILE } from '../support/hostile-text.ts';
import { recordOf } from '../support/market.ts';
import { aContradictedRow } from '../support/rows.ts';
import { scriptedEngine } from '../support/scripted-engine.ts';
import { openSidebar } from '../support/sidebar-page.ts';

const SYMBOL_MAX = 32;
/** A symbol has no spaces and no control characters, else any text at all. */
const asSymbol = (text: string, at: number): string =>
  `${at}${[...text.replace(/[\p{C}\s]/gu, '')].slice(0, SYMBOL_MAX - 6).join('')}`.slice(0, SYMBOL_MAX).toWellFormed();

test('sixty texts from outside stand in every place as text, change no layout, and can be reached whole', async ({
  page,
}) => {
  expect(HOSTILE).toHaveLength(62);
  const rows = HOSTILE.map((text, at) =>
    aContradictedRow({
      symbol: asSymbol(text, at),
      warning: text.slice(0, 2_000),
      model: text.slice(0, 200),
      completed_by: text.slice(0, 64),
      adjustments: [
        { kind: 'fallback_model_used', multiplier: 0.8, reason: text.slice(0, 2_000) },
        { kind: 'hidden_hand', multiplier: 0.5, reason: text.slice(0, 2_000) },
      ],
    }),
  );
  const engine = await scriptedEngine({
    rows: new Map(rows.map((row) => [row.symbol, row])),
    records: rows.map((row, at) => recordOf(row, { reasoning: HOSTILE[at] ?? '' })),
  });
  engine.script.status = {
    ...engine.script.status,
    not_saved: HOSTILE[1] ?? '',
    alarms: HOSTILE.slice(0, 3),
    waiting: [{ task_type: HOSTILE[29] ?? '', count: 1, reason: 'no_capable_agent', missing: [HOSTILE[0] ?? ''] }],
  };
  const { complaints } = await openSidebar(page, engine);
  const list = page.getByRole('list', { name: 'Signals' });
  await expect(page.getByRole('alert').first()).toContainText(HOSTILE[1] ?? '');
  for (let alarm = 0; alarm < 3; alarm += 1) await page.getByRole('button', { name: 'Put away' }).first().click();
  await expect(list.getByRole('listitem').first()).toBeVisible();

  for (const [at, row] of rows.entries()) {
    await test.step(`${at}: ${JSON.stringify(HOSTILE[at]?.slice(0, 40))}`, async () => {
      const text = HOSTILE[at] ?? '';
      await page.evaluate((symbol) => {
        location.hash = new URLSearchParams({ symbol }).toString();
      }, row.symbol);
      const detail = page.getByRole('region', { name: 'Selected signal' });
      await expect(detail.locator('h2 bdi')).toHaveText(row.symbol);
      const said = detail.locator('.words, .card:has(> h3:text-is("Reasoning")) .note').first();
      if (text.trim() === '') await expect(said).toHaveText('No reason was given.');
      else await expect.poll(() => said.evaluate((element) => element.textContent)).toBe(text.trim());
      const badge = detail.getByRole('button', { name: 'Hidden Hand' }).first();
      await badge.focus();
      await expect(page.getByRole('tooltip')).toBeVisible();
      const sizes = await page.evaluate(() => {
        const wide = (element: Element | null) => (element ? element.scrollWidth - element.clientWidth : 0);
        return {
          page: wide(document.documentElement),
          list: wide(document.querySelector('.scroll')),
          detail: wide(document.querySelector('.detail')),
          rows: [...document.querySelectorAll('.row')].map((one) => one.getBoundingClientRect().height),
          harmed: 'harmed' in globalThis,
          foreign: document.querySelectorAll(
            '#root :is(script, iframe, img, form, base, link, style, meta, object, embed, video, audio, template, marquee)',
          ).length,
          handlers: [...document.querySelectorAll('*')].filter((one) =>
            one.getAttributeNames().some((name) => name.startsWith('on')),
          ).length,
        };
      });
      expect(sizes).toMatchObject({ page: 0, list: 0, detail: 0, harmed: false, foreign: 0, handlers: 0 });
      expect(new Set(sizes.rows)).toEqual(new Set([82]));
    });
  }
  expect(complaints).toEqual([]);
  await engine.close();
});
