import { expect, type Page, test } from 'playwright/test';
import { aContradictedRow, aRow } from '../support/rows.ts';
import { QUIET, type ScriptedEngine, scriptedEngine } from '../support/scripted-engine.ts';
import { isOfAbsence, openSidebar } from '../support/sidebar-page.ts';

const status = (page: Page) => page.getByRole('status');
const rows = (page: Page) => page.getByRole('list', { name: 'Signals' }).getByRole('listitem');
const names = (page: Page) => rows(page).evaluateAll((items) => items.map((item) => item.getAttribute('aria-label')));
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

let engine: ScriptedEngine;
test.beforeEach(async () => {
  engine = await scriptedEngine();
});
test.afterEach(() => engine.close());

test('a trader’s day: first start, a warning, an older result, the engine gone and back, the disk full', async ({
  page,
}) => {
  engine.script.status = { ...QUIET, agents: [], feeds: [] };
  const { complaints } = await openSidebar(page, engine);

  await test.step('at first nothing is there, and the page says what is missing and how to get it', async () => {
    await expect(status(page)).toHaveText('Live');
    await expect(page.getByRole('heading', { name: 'No signals yet' })).toBeVisible();
    await expect(page.getByText('No agent is connected.')).toBeVisible();
    await expect(page.getByText('No market data comes in.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Copy npm start -- --feed replay' })).toBeVisible();
    const feed = { name: 'scripted', state: 'refused', symbols: 1, message: 'scripted will not give ADA/BTC 5m' };
    engine.tell({ agents: QUIET.agents, feeds: [feed] });
    await expect(page.locator('.empty')).toContainText('scripted will not give ADA/BTC 5m');
    engine.tell({ feeds: QUIET.feeds });
    await expect(page.getByText('Everything is in place.')).toBeVisible();
  });

  await test.step('an analysis comes, provisional, and its validated result takes its place', async () => {
    engine.push([aRow({ symbol: 'ETH/BTC', stage: 'analysis', analyzed_at: ago(2), confidence: 0.9 })]);
    await expect(page.getByRole('listitem', { name: 'ETH/BTC 5m BUY 90% provisional' })).toBeVisible();
    engine.push([aContradictedRow({ symbol: 'ETH/BTC', analyzed_at: ago(2), stage: 'signal' })]);
    await expect(page.getByRole('listitem', { name: 'ETH/BTC 5m BUY 36% degraded hidden hand' })).toBeVisible();
    await expect(page.getByText('provisional')).toHaveCount(0);
  });

  await test.step('each mark says its reason to the keyboard', async () => {
    const row = page.getByRole('listitem', { name: /^ETH/ });
    await row.getByRole('button', { name: 'Degraded' }).focus();
    await expect(page.getByRole('tooltip')).toContainText('A fallback model answered (× 0.8)');
    await expect(row.getByRole('button', { name: 'Degraded' })).toHaveAccessibleDescription(/90% before, 36% shown/);
    await row.getByRole('button', { name: 'Hidden Hand' }).focus();
    await expect(page.getByRole('tooltip')).toContainText('potential upthrust');
    await row.getByRole('button', { name: 'Distribution' }).focus();
    await expect(page.getByRole('tooltip')).toContainText('Wyckoff phase distribution');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('tooltip')).toHaveCount(0);
    await page.locator('body').click({ position: { x: 900, y: 5 } });
  });

  await test.step('an older result changes nothing', async () => {
    engine.push([aRow({ symbol: 'ETH/BTC', signal: 'SELL', analyzed_at: ago(50), confidence: 0.99 })]);
    engine.push([aRow({ symbol: 'XLM/BTC', signal: 'SELL', analyzed_at: ago(1) })]);
    await expect(rows(page)).toHaveCount(2);
    expect(await names(page)).toEqual(['XLM/BTC 5m SELL 70%', 'ETH/BTC 5m BUY 36% degraded hidden hand']);
  });

  await test.step('a signal that turns says what it was', async () => {
    engine.push([aRow({ symbol: 'XLM/BTC', signal: 'BUY', analyzed_at: ago(0) })]);
    await expect(page.getByRole('listitem', { name: 'XLM/BTC 5m BUY 70% was SELL' })).toBeVisible();
  });

  await test.step('the last price and its move since this very signal', async () => {
    const [shown] = engine.script.rows.values();
    const time = new Date().toISOString();
    engine.price([
      { symbol: 'ETH/BTC', price: 0.07213, time, signal: { analyzed_at: shown?.analyzed_at ?? '', price: 0.0714 } },
      { symbol: 'XLM/BTC', price: 0.5, time, signal: { analyzed_at: ago(9), price: 0.25 } },
    ]);
    await expect(page.getByRole('listitem', { name: /^XLM/ })).not.toContainText('since the signal');
    await expect(page.getByRole('listitem', { name: /^XLM/ })).toContainText('0.5');
  });

  await test.step('while the engine is away the rows say that they are of before', async () => {
    await engine.away();
    await expect(status(page)).toHaveText(/^Reconnecting \(last update \d\d:\d\d:\d\d\)$/);
    await expect(rows(page)).toHaveCount(2);
    await expect(page.locator('.side.stale')).toBeVisible();
    engine.script.rows.set('TRX/BTC', aRow({ symbol: 'TRX/BTC' }));
    await engine.back();
    await expect(status(page)).toHaveText('Live');
    await expect(rows(page)).toHaveCount(3);
  });

  await test.step('what is stored and not yet here is counted', async () => {
    engine.tell({ lag: 1_200 });
    await expect(status(page)).toHaveText('Catching up (1,200)');
    engine.tell({ lag: 0 });
    await expect(status(page)).toHaveText('Live');
  });

  await test.step('what stood out in a live feed is a word at the foot, and no trouble', async () => {
    const [feed] = QUIET.feeds;
    const message = 'ADA/BTC 5m: missing (bars that the feed does not have)';
    if (feed) engine.tell({ feeds: [{ ...feed, message }] });
    await page.getByRole('button', { name: 'Feed: odd bars' }).focus();
    await expect(page.getByRole('tooltip')).toContainText(message);
    await expect(page.getByRole('list', { name: 'Needs attention' })).toHaveCount(0);
    engine.tell({ feeds: QUIET.feeds });
    await expect(page.getByRole('button', { name: 'Feed: odd bars' })).toHaveCount(0);
  });

  await test.step('a full disk is said as an alert, for as long as it is full', async () => {
    engine.tell({ not_saved: 'disk full' });
    await expect(status(page)).toHaveText('Not saved: disk full');
    await expect(page.getByRole('alert')).toContainText('Nothing new is being saved');
    await expect(page.locator('.side.stale')).toBeVisible();
    engine.tell({ not_saved: null });
    await expect(status(page)).toHaveText('Live');
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

  await test.step('an alarm of the store can be put away and called back', async () => {
    const lost = '12 results that had been stored are lost: the write-ahead log ended before its anchor.';
    engine.tell({ alarms: [lost] });
    await expect(page.getByRole('alert')).toContainText(lost);
    await page.getByRole('button', { name: 'Put away' }).click();
    await expect(page.getByRole('alert')).toHaveCount(0);
    await page.getByRole('button', { name: '1 alarm' }).click();
    await expect(page.getByRole('alert')).toContainText(lost);
    await page.getByRole('button', { name: 'Put away' }).click();
    engine.tell({ alarms: [] });
    await expect(page.getByRole('button', { name: '1 alarm' })).toHaveCount(0);
    engine.tell({ alarms: [lost] });
    await expect(page.getByRole('alert')).toContainText(lost);
  });

  expect(complaints.filter((one) => !isOfAbsence(one))).toEqual([]);
});

test('a refusal says what to do, and shows no row that could be mistaken for live', async ({ page }) => {
  engine.script.refuses = { code: 'unauthorized', message: 'no' };
  await openSidebar(page, engine);
  await expect(status(page)).toHaveText('Refused');
  await expect(page.getByRole('alert')).toContainText('Open the address that npm start printed last.');
});

test('since when the rows are of before can be read whole at every width, in the list and beside what is open', async ({
  page,
}) => {
  engine.script.rows.set('ADA/BTC', aContradictedRow());
  await openSidebar(page, engine);
  await expect(status(page)).toHaveText('Live');
  await engine.away();
  const said = status(page).filter({ visible: true }).locator('span');
  const cut = () =>
    said.evaluateAll((all) =>
      all.map((one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight),
    );
  for (const open of [false, true]) {
    if (open) await page.getByRole('button', { name: 'ADA/BTC' }).click();
    for (const width of [320, 360, 380, 480, 900, 1280]) {
      await page.setViewportSize({ width, height: 780 });
      await expect(said.first()).toHaveText(/^Reconnecting \(last update \d\d:\d\d:\d\d\)$/);
      expect(await cut(), `${width} wide`).not.toContain(true);
    }
  }
});

test('a replay is marked on every part of the page', async ({ page }) => {
  engine.script.status = { ...QUIET, origin: 'replay', market_time: '2018-01-18T20:03:00.000Z' };
  engine.script.rows.set('ADA/BTC', aRow({ origin: 'replay', analyzed_at: '2018-01-18T20:00:00.000Z' }));
  await openSidebar(page, engine);
  await expect(page.locator('.replay')).toContainText('REPLAY');
  await expect(page.locator('.replay')).toContainText('18 Jan 2018, 20:03 UTC');
  await page.getByRole('button', { name: 'ADA/BTC' }).click();
  await expect(page.getByRole('heading', { name: /ADA\/BTC/ })).toContainText('REPLAY');
  await expect(page.getByText('3 min ago')).toBeVisible();
});

test('eight hours of sleep: the rows are old, the link is said to be gone, and both mend by themselves', async ({
  page,
}) => {
  const slept = 8 * 3_600_000;
  await page.clock.install();
  engine.script.rows.set('ADA/BTC', aRow());
  engine.script.rows.set('GOOG', aRow({ symbol: 'GOOG', timeframe: '1d' }));
  await openSidebar(page, engine);
  await expect(status(page)).toHaveText('Live');
  await engine.away();
  await expect(status(page)).toHaveText(/^Reconnecting/);
  await page.clock.fastForward(slept);
  await expect(page.getByRole('listitem', { name: /^ADA/ })).toContainText('8 h');
  await expect(page.locator('.row.old')).toHaveCount(1);
  await expect(page.locator('.row.old')).toHaveAttribute('data-symbol', 'ADA/BTC');
  await engine.back();
  engine.push([aRow({ analyzed_at: new Date(Date.now() + slept).toISOString() })]);
  await page.clock.runFor(10_000);
  await expect(status(page)).toHaveText('Live');
  await expect(page.locator('.row.old')).toHaveCount(0);
});
