import { expect, type Page } from 'playwright/test';
import type { ShownSettings } from '../../core/contract/settings.ts';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import type { ListedToken } from '../../core/contract/tokens.ts';
import { aMarket, chained, recordOf } from '../support/market.ts';
import { aContradictedRow, aRow } from '../support/rows.ts';
import { NO_BARS, QUIET, type Script, type ScriptedEngine } from '../support/scripted-engine.ts';

/** One thing that the page can show. */
export interface Screen {
  name: string;
  script: Partial<Script>;
  reach?(page: Page, engine: ScriptedEngine): Promise<void>;
}

const before = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();
const MINUTE = 60;
const HOUR = 3_600;

const degraded = (symbol: string, seconds: number, said: number): SidebarUpdate =>
  aRow({
    symbol,
    analyzed_at: before(seconds),
    confidence: said * 0.8,
    original_confidence: said,
    degraded: true,
    risk_score: 0.2,
    adjustments: [{ kind: 'fallback_model_used', multiplier: 0.8, reason: 'a fallback model answered' }],
  });
const SPRING = 'SELL in accumulation on declining volume: potential spring, confidence halved';

/** The analysis that was validated as the last of the rows. */
const ANALYSIS = aContradictedRow({
  symbol: 'ADA/BTC',
  stage: 'analysis',
  model: 'fallback-model',
  analyzed_at: before(12),
});

/** Oldest first, as they were stored. */
const ROWS: readonly SidebarUpdate[] = [
  aRow({ symbol: 'S&P500', timeframe: '1d', confidence: 0.66, analyzed_at: before(5 * HOUR) }),
  aRow({ symbol: 'ETC/BTC', signal: 'SELL', confidence: 0.58, analyzed_at: before(HOUR), wyckoff_phase: 'markdown' }),
  aRow({
    symbol: 'EUR/USD',
    timeframe: '1h',
    signal: 'HOLD',
    confidence: 0.49,
    risk_score: 0.1,
    analyzed_at: before(32 * MINUTE),
    wyckoff_phase: 'unknown',
  }),
  aRow({ symbol: 'GOOG', timeframe: '1d', confidence: 0.61, risk_score: 0.3, analyzed_at: before(14 * MINUTE) }),
  aRow({ symbol: 'DASH/BTC', timeframe: '1h', confidence: 0.77, analyzed_at: before(6 * MINUTE) }),
  aRow({
    symbol: 'TRX/BTC',
    signal: 'SELL',
    confidence: 0.32,
    original_confidence: 0.64,
    risk_score: 0.8,
    adjustments: [{ kind: 'hidden_hand', multiplier: 0.5, reason: SPRING }],
    warning: SPRING,
    wyckoff_phase: 'accumulation',
    volume_trend: 'declining',
    analyzed_at: before(3 * MINUTE),
  }),
  aRow({
    symbol: 'XMR/BTC',
    signal: 'HOLD',
    confidence: 0.52,
    risk_score: 0.3,
    stage: 'analysis',
    wyckoff_phase: 'accumulation',
    analyzed_at: before(2 * MINUTE),
  }),
  degraded('ETH/BTC', MINUTE, 0.85),
  aRow({ symbol: 'XLM/BTC', signal: 'SELL', confidence: 0.71, wyckoff_phase: 'distribution', analyzed_at: before(41) }),
  aContradictedRow({ symbol: 'ADA/BTC', analyzed_at: ANALYSIS.analyzed_at }),
];

const REASONING =
  'Price closed above the range high after a narrow-spread rally from the last support. Momentum on 5 minutes is positive and the pullback held the midpoint, but participation is thin and the close sits in the middle of the bar.';
const VALIDATION = {
  analysis_task_id: ANALYSIS.task_id,
  reasoning: 'The engine reads distribution on declining volume, which the BUY stands against.',
  usage: null,
};

const EARLIER = [
  aRow({ symbol: 'ADA/BTC', signal: 'SELL', confidence: 0.64, wyckoff_phase: 'distribution', offset: 0 }),
  degraded('ADA/BTC', 0, 0.8),
  aRow({ symbol: 'ADA/BTC', confidence: 0.74, wyckoff_phase: 'accumulation', offset: 0 }),
].map((row, at) => recordOf({ ...row, analyzed_at: before((at + 1) * 2 * HOUR), offset: -at }));

const MARKET = aMarket();
const CLOSE = MARKET.items.at(-1)?.[4] ?? 0;
const LAST: Readonly<Record<string, [now: number, then: number]>> = {
  'ADA/BTC': [CLOSE, CLOSE * 0.9987],
  'XLM/BTC': [0.00002231, 0.00002244],
  'ETH/BTC': [0.07142, 0.07106],
  'XMR/BTC': [0.02418, 0.02418],
  'TRX/BTC': [0.00000702, 0.00000709],
  'DASH/BTC': [0.0611, 0.0604],
  GOOG: [1_137.51, 1_129.79],
  'EUR/USD': [1.22384, 1.22391],
  'ETC/BTC': [0.002461, 0.002498],
  'S&P500': [2_810.3, 2_798.03],
};

export const FULL: Partial<Script> = {
  status: {
    ...QUIET,
    waiting: [{ task_type: 'trading_signal', count: 2, reason: 'all_busy', missing: [] }],
    feeds: [{ name: 'scripted', state: 'live', symbols: ROWS.length }],
  },
  rows: new Map(ROWS.map((row) => [row.symbol, row])),
  records: chained([
    recordOf(ANALYSIS, { reasoning: REASONING }),
    ...ROWS.map((row) => recordOf(row, row.symbol === ANALYSIS.symbol ? VALIDATION : { reasoning: REASONING })),
    ...EARLIER,
  ]),
  bars: MARKET,
  prices: ROWS.map(({ symbol, analyzed_at }) => {
    const [now, then] = LAST[symbol] ?? [0, 0];
    return { symbol, price: now, time: before(1), signal: { analyzed_at, price: then } };
  }),
};

const SETTINGS: ShownSettings = {
  settings: {
    feed: { value: 'csv:/home/me/.local/share/aurora/imports/5f1c/ADABTC-5m.csv', from: 'settings' },
    analyse: { value: 'close', from: 'default' },
    keep_days: { value: 365, from: 'command line' },
    model: { value: 'openai:gpt-5-mini', from: 'settings', key: 'keyring', key_lost: null },
    fallback: { value: 'none', from: 'default', key: 'none', key_lost: null },
    key_places: { can: ['keyring', 'session', 'file'], usual: 'keyring', note: null },
    data: '/home/me/.local/share/aurora',
    logs: '/home/me/.local/share/aurora/logs',
    version: '0.1.0',
  },
  may_change: true,
};
const CREATED = '2026-03-02T09:30:00.000Z';
const TOKENS: ListedToken[] = [
  { name: 'agent', role: 'agent', created_at: null },
  { name: 'viewer', role: 'viewer', created_at: CREATED },
  { name: 'operator', role: 'operator', created_at: CREATED },
  { name: 'my-analyst', role: 'agent', created_at: CREATED },
];
const settingsOpen = async (page: Page) => {
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(
    page.getByRole('dialog', { name: 'Settings' }).getByRole('region', { name: 'Data', exact: true }),
  ).toBeVisible();
};

const open = (page: Page) => page.getByRole('button', { name: 'ADA/BTC' }).click();
const opened = async (page: Page) => {
  await open(page);
  await expect(page.getByRole('application')).toBeVisible();
  await page.mouse.move(0, 0);
};

/** All that the page can show: what axe looks at, and what is drawn. */
export const SCREENS: readonly Screen[] = [
  {
    name: 'empty',
    script: { status: { ...QUIET, agents: [], feeds: [] } },
    reach: (page) => expect(page.getByText('npm start -- --feed replay')).toBeVisible(),
  },
  {
    name: 'first-run',
    script: { status: { ...QUIET, feeds: [] }, settings: SETTINGS },
    reach: (page) => expect(page.getByRole('button', { name: 'Import a CSV…' })).toBeVisible(),
  },
  {
    name: 'settings',
    script: { ...FULL, settings: SETTINGS, tokens: TOKENS },
    reach: async (page) => {
      await settingsOpen(page);
      await expect(page.getByRole('button', { name: 'Revoke my-analyst' })).toBeVisible();
    },
  },
  {
    name: 'compact',
    script: { ...FULL, settings: SETTINGS, tokens: TOKENS },
    reach: async (page) => {
      await settingsOpen(page);
      await page.getByRole('radio', { name: 'Compact rows' }).check();
      await page.keyboard.press('Escape');
      await opened(page);
    },
  },
  {
    name: 'settings-read-only',
    script: { ...FULL, settings: { ...SETTINGS, may_change: false } },
    reach: settingsOpen,
  },
  { name: 'refused', script: { refuses: { code: 'unauthorized', message: 'no' } } },
  { name: 'list', script: FULL },
  {
    name: 'filtered',
    script: FULL,
    reach: async (page) => {
      await page.getByRole('searchbox').fill('btc');
      await page.getByRole('button', { name: /^Warnings only/ }).click();
      await page.getByRole('combobox', { name: 'Sort by' }).selectOption('confidence');
    },
  },
  { name: 'no-match', script: FULL, reach: (page) => page.getByRole('searchbox').fill('zzz') },
  { name: 'detail', script: FULL, reach: opened },
  { name: 'detail-without-bars', script: { ...FULL, bars: NO_BARS }, reach: open },
  {
    name: 'newer',
    script: FULL,
    reach: async (page, engine) => {
      await page.getByRole('listitem', { name: /^ETH/ }).hover();
      engine.push(['LTC/BTC', 'XRP/BTC'].map((symbol) => aRow({ symbol })));
      await expect(page.getByRole('button', { name: '2 newer' })).toBeVisible();
    },
  },
  {
    name: 'not-saved',
    script: {
      ...FULL,
      status: {
        ...QUIET,
        origin: 'replay',
        market_time: '2018-01-18T20:03:00.000Z',
        not_saved: 'the disk is full: make room and it goes on by itself',
        alarms: ['12 results that had been stored are lost: the write-ahead log ended before its anchor.'],
        waiting: [
          { task_type: 'trading_signal', count: 2, reason: 'no_capable_agent', missing: ['hidden_hand_validation'] },
        ],
      },
    },
  },
  {
    name: 'reconnecting',
    script: FULL,
    reach: async (page, engine) => {
      await opened(page);
      await engine.away();
      await expect(page.getByRole('status').filter({ visible: true }).first()).toHaveText(/^Reconnecting/);
    },
  },
  {
    name: 'shortcuts',
    script: FULL,
    reach: (page) => page.getByRole('button', { name: 'Keyboard shortcuts' }).click(),
  },
  {
    name: 'new-watchlist',
    script: FULL,
    reach: async (page) => {
      await page.getByRole('combobox', { name: 'Watchlist' }).selectOption('make');
      await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Name' })).toBeFocused();
    },
  },
  {
    name: 'tooltip',
    script: FULL,
    reach: (page) => page.getByRole('listitem', { name: /^ADA/ }).getByRole('button', { name: 'Hidden Hand' }).hover(),
  },
];
