import { expect, type Page, test } from 'playwright/test';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { foreignAgent, foreignHands, submitTask } from '../support/foreign-agent.ts';
import { type Reach, until } from '../support/program.ts';
import { manySymbols } from '../support/rows.ts';
import type { HeldDisk } from '../support/small-disk.ts';
import { newestFirst } from './play.ts';

/** Where the day is spent: a page, an engine that can go away and come back at the same address, and its disk. */
export interface Home {
  page: Page;
  reach: Reach;
  disk: HeldDisk;
  leave(): Promise<void>;
  comeBack(): Promise<void>;
}

type Result = Record<string, unknown>;
type Hands = Awaited<ReturnType<typeof foreignHands>>;

const TIMEFRAME = '5m';
const SYMBOLS = manySymbols(2_000);
/** Two results of each task: the analysis, and the validator's word. */
const RATE = 100;
const REST_SECONDS = 60;
const FLOW_MS = 50;
const AT_ONCE = 16;
const SLEEP_MS = 8 * 3_600_000;

const says = (symbol: string, given: Result): Result => ({
  symbol,
  timeframe: TIMEFRAME,
  signal: 'BUY',
  confidence: 0.9,
  risk_score: 0.5,
  reasoning: 'As the day has it.',
  ...given,
});

const status = (page: Page) => page.getByRole('status');
const list = (page: Page) => page.getByRole('list', { name: 'Signals' });
const rows = (page: Page) => list(page).getByRole('listitem');
const row = (page: Page, name: string | RegExp) => page.getByRole('listitem', { name });
const live = (page: Page) => expect(status(page)).toHaveText('Live', { timeout: 20_000 });
const gone = (page: Page) => expect(status(page)).toHaveText(/^Reconnecting \(last update \d\d:\d\d:\d\d\)$/);

/** Counts, frame by frame, each row that is not where it was or not what it was. */
const WATCH_ROWS = `
  window.moved = 0;
  const seen = new Map([...document.querySelectorAll('.row')].map((row) => [row.dataset.symbol, row.getBoundingClientRect().top]));
  const look = () => {
    for (const row of document.querySelectorAll('.row'))
      if (seen.get(row.dataset.symbol) !== row.getBoundingClientRect().top) window.moved += 1;
    requestAnimationFrame(look);
  };
  look();
`;

const submitted = (hands: Hands, symbol: string) =>
  hands.submit({ task_type: 'trading_analysis', symbol, timeframe: TIMEFRAME });
const offered = async (hands: Hands, symbol: string) => hands.assigned(await submitted(hands, symbol));

/** An analysis that is said, and confirmed by the validator as it stands. */
async function said(hands: Hands, symbol: string, given: Result): Promise<void> {
  const held = await offered(hands, symbol);
  expect(await hands.complete(held, says(symbol, given))).toMatchObject({ ok: true, status: 'stored' });
  await confirmed(hands, held.task_id);
}

async function confirmed(hands: Hands, task: string): Promise<void> {
  const held = await hands.assigned(`${task}:signal`);
  expect(await hands.complete(held, asAnalysed(held.payload))).toMatchObject({ ok: true });
}

function asAnalysed({ analysis }: { analysis?: Result }): Result {
  const { symbol, signal, original_confidence, risk_score, analyzed_at } = analysis ?? {};
  return says(String(symbol), { signal, confidence: original_confidence, risk_score, analyzed_at });
}

async function newestOf({ url, tokens }: Reach): Promise<string> {
  const answer = await fetch(`${url}/api/signals`, { headers: { authorization: `Bearer ${tokens.viewer}` } });
  const { items } = (await answer.json()) as { items: SidebarUpdate[] };
  return newestFirst(items)[0]?.symbol ?? '';
}

/** An agent that has an opinion on everything, and an operator who asks for it. */
async function crowd(reach: Reach) {
  let opinions = 0;
  let confirmed = 0;
  const agent = await foreignAgent(
    reach,
    {
      trading_analysis: ({ symbol }) => {
        opinions += 1;
        const signal = ['BUY', 'SELL', 'HOLD'][opinions % 3];
        return says(String(symbol), { signal, confidence: (opinions % 90) / 100, fallback_used: opinions % 9 === 0 });
      },
      trading_signal: (payload) => {
        confirmed += 1;
        return asAnalysed(payload);
      },
    },
    { max_concurrent: 2 * AT_ONCE },
  );
  const ask = (symbol: string) => submitTask(reach, { task_type: 'trading_analysis', symbol, timeframe: TIMEFRAME });
  return {
    close: agent.close,
    confirmed: () => confirmed,
    async askAll(symbols: readonly string[]): Promise<void> {
      const left = symbols.values();
      const next = async (): Promise<void> => {
        for (const symbol of left) await ask(symbol);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, next));
    },
    /** As many tasks as RATE results need, until it is ended. */
    flow(): { asked(): number; end(): Promise<unknown> } {
      const start = Date.now();
      let asked = 0;
      let answered: Promise<unknown> = Promise.resolve();
      const timer = setInterval(() => {
        for (const due = ((Date.now() - start) / 1_000) * (RATE / 2); asked < due; asked += 1) {
          const one = ask(SYMBOLS[(asked * 37) % SYMBOLS.length] ?? '');
          answered = answered.then(() => one);
        }
      }, FLOW_MS);
      return {
        asked: () => asked,
        end: () => {
          clearInterval(timer);
          return answered;
        },
      };
    },
  };
}

/** A trader's day, as far as a page that is open all day has to bear it. */
export async function playDay({ page, reach, disk, leave, comeBack }: Home): Promise<void> {
  await test.step('first start: nothing is there, and the page says what is missing', async () => {
    await live(page);
    await expect(page.getByRole('heading', { name: 'No signals yet' })).toBeVisible();
    await expect(page.getByText('No agent is connected.')).toBeVisible();
    await expect(page.getByText('No market data comes in.')).toBeVisible();
  });

  const hands = await foreignHands(reach, { max_concurrent: 500 });
  await test.step('a warning appears: provisional first, then validated', async () => {
    await expect(page.getByText('No agent is connected.')).toHaveCount(0);
    const held = await offered(hands, 'ETH/BTC');
    const upthrust = { fallback_used: true, wyckoff_phase: 'distribution', volume_trend: 'declining' };
    await hands.complete(held, says('ETH/BTC', upthrust));
    await expect(row(page, 'ETH/BTC 5m BUY 36% degraded hidden hand provisional')).toBeVisible();
    await confirmed(hands, held.task_id);
    await expect(row(page, 'ETH/BTC 5m BUY 36% degraded hidden hand')).toBeVisible();
    await row(page, /^ETH/).getByRole('button', { name: 'Hidden Hand' }).focus();
    await expect(page.getByRole('tooltip')).toContainText('potential upthrust, confidence halved');
    await status(page).click();
  });

  await test.step('a result that comes out of order changes nothing', async () => {
    const before = new Date(hands.now() - 600_000).toISOString();
    await said(hands, 'ETH/BTC', { signal: 'SELL', confidence: 0.99, analyzed_at: before });
    await said(hands, 'XLM/BTC', { signal: 'SELL', confidence: 0.7 });
    await expect(row(page, 'XLM/BTC 5m SELL 70%')).toBeVisible();
    await expect(row(page, 'ETH/BTC 5m BUY 36% degraded hidden hand')).toBeVisible();
  });

  await test.step('its reasons are read', async () => {
    await list(page).getByRole('button', { name: 'ETH/BTC' }).click();
    await expect(page.getByRole('heading', { name: 'Why 36%' })).toBeVisible();
    await expect(page.getByText('As the day has it.').first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'verified' })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.mouse.move(0, 0);
  });

  await test.step('the gateway is gone, and back', async () => {
    await leave();
    await gone(page);
    await expect(rows(page)).toHaveCount(2);
    await comeBack();
    await live(page);
    await expect(rows(page)).toHaveCount(2);
    await until('the agent to be back', () => said(hands, 'TRX/BTC', {}).then(() => true));
    await expect(row(page, 'TRX/BTC 5m BUY 90%')).toBeVisible();
  });

  await test.step('the disk is full, and has room again', async () => {
    const notSaved = page.getByRole('alert').filter({ hasText: 'Nothing new is being saved' });
    const held = await offered(hands, 'XMR/BTC');
    disk.fill();
    // The store's own files have room for a while yet.
    const accepted: string[] = [];
    const more = async () => void accepted.push(await submitted(hands, 'XLM/BTC'));
    expect(await until('the disk to be full', () => more().catch(String))).toContain('not_persisted');
    expect(await hands.complete(held, says('XMR/BTC', {}))).toMatchObject({ ok: false, code: 'not_persisted' });
    await expect(status(page)).toHaveText(/^Not saved: .*disk is full/, { timeout: 20_000 });
    await expect(notSaved).toBeVisible();
    await expect(row(page, /^XMR/)).toHaveCount(0);
    disk.empty();
    await live(page);
    await expect(notSaved).toHaveCount(0);
    expect(await hands.complete(held, says('XMR/BTC', {}))).toMatchObject({ ok: true });
    await confirmed(hands, held.task_id);
    await expect(row(page, 'XMR/BTC 5m BUY 90%')).toBeVisible();
    for (const task of accepted) {
      await hands.complete(await hands.assigned(task), says('XLM/BTC', { signal: 'HOLD' }));
      await confirmed(hands, task);
    }
    await expect(row(page, /^XLM\/BTC 5m HOLD 90%/)).toBeVisible();
    hands.close();
  });

  const many = await crowd(reach);
  await test.step('two thousand symbols: the last is a key away, and any can be found', async () => {
    await many.askAll(SYMBOLS);
    await expect(rows(page).first()).toHaveAttribute('aria-setsize', String(SYMBOLS.length + 4), { timeout: 30_000 });
    expect(await rows(page).count()).toBeLessThan(40);
    await page.keyboard.press('j');
    await page.keyboard.press('End');
    await expect(page.getByRole('button', { name: /^(ETH|XLM)\/BTC$/ }).first()).toBeVisible();
    await page.getByRole('searchbox', { name: 'Search symbols' }).fill('s1234');
    await expect(rows(page)).toHaveCount(1);
    await expect(row(page, /^S1234\/USD 5m/)).toBeVisible();
    await page.getByRole('searchbox', { name: 'Search symbols' }).fill('');
    await page.keyboard.press('Tab');
  });

  await test.step('a minute under a resting pointer, at 100 results a second', async () => {
    await page.mouse.move(0, 0);
    await list(page).press('Home');
    await rows(page).nth(2).hover();
    await page.evaluate(WATCH_ROWS);
    const flow = many.flow();
    await expect(page.getByRole('button', { name: /newer/ })).toBeVisible();
    await expect
      .poll(flow.asked, { timeout: (REST_SECONDS + 20) * 1_000, intervals: [500] })
      .toBeGreaterThan((REST_SECONDS * RATE) / 2);
    await flow.end();
    await until('the last to be confirmed', () => many.confirmed() >= SYMBOLS.length + flow.asked(), 30_000);
    expect(await page.evaluate('window.moved')).toBe(0);
    const newer = page.getByRole('button', { name: /newer/ });
    await newer.click();
    await expect(async () => {
      // What has come since the click is held as well.
      if (await newer.isVisible()) await newer.click();
      await expect(rows(page).first()).toHaveAttribute('data-symbol', await newestOf(reach), { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
    many.close();
  });

  await test.step('eight hours of sleep: what is old looks old, and the link mends by itself', async () => {
    await page.mouse.move(0, 0);
    await leave();
    await gone(page);
    await page.clock.install();
    await page.clock.fastForward(SLEEP_MS);
    await expect(rows(page).first()).toContainText(/8 h$/);
    await expect(page.locator('.row:not(.old)')).toHaveCount(0);
    await gone(page);
    await comeBack();
    await live(page);
    await expect(page.locator('.row:not(.old)')).toHaveCount(0);
  });
}
