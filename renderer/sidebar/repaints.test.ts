// @vitest-environment happy-dom
import { act, createElement, Profiler } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, it, vi } from 'vitest';
import { NOTHING_HEARD, withPainted, withPrices, withStatus } from '../state/feed.ts';
import { toggled } from '../state/watchlists.ts';
import { aPage } from '../testing/a-page.ts';
import { aStatus } from '../testing/a-status.ts';
import { anUpdate } from '../testing/an-update.ts';
import { SignalRow } from './signal-row.tsx';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
const SYMBOLS = ['A', 'B', 'C', 'D'];
const at = (symbol: string, offset: number) =>
  anUpdate({ symbol, offset, analyzed_at: new Date(offset * 1_000).toISOString() });

let unmount = () => {};
afterEach(() => unmount());

/** Rows of a page of their own, and how often each has rendered. */
async function rendered() {
  const { stores, within, later } = aPage(
    withPainted(
      NOTHING_HEARD,
      SYMBOLS.map((symbol, place) => at(symbol, place + 1)),
    ),
  );
  const counts: Record<string, number> = {};
  const count = (symbol: string): void => {
    counts[symbol] = (counts[symbol] ?? 0) + 1;
  };
  const select = () => {};
  const rows = SYMBOLS.map((symbol, place) =>
    createElement(
      Profiler,
      { key: symbol, id: symbol, onRender: count },
      createElement(SignalRow, {
        symbol,
        top: 0,
        place,
        count: 4,
        selected: false,
        current: false,
        onSelect: select,
        onFocus: select,
      }),
    ),
  );
  const root = createRoot(document.body.appendChild(document.createElement('ul')));
  await act(() => root.render(within(rows)));
  unmount = () => void act(() => root.unmount());
  const during = async (change: () => void): Promise<Record<string, number>> => {
    for (const symbol of SYMBOLS) counts[symbol] = 0;
    await act(change);
    return { ...counts };
  };
  return { stores, during, later };
}

it('a row renders for its own symbol, and for no other', async () => {
  const { stores, during } = await rendered();
  const paint = (updates: Parameters<typeof withPainted>[1]) =>
    stores.feed.setState((state) => withPainted(state, updates));
  expect(await during(() => paint([at('B', 9)]))).toEqual({ A: 0, B: 1, C: 0, D: 0 });
  expect(await during(() => paint([at('B', 9)]))).toEqual({ A: 0, B: 0, C: 0, D: 0 });
  expect(await during(() => paint([at('E', 10), at('F', 11)]))).toEqual({ A: 0, B: 0, C: 0, D: 0 });
  expect(await during(() => paint([at('A', 12), at('C', 13)]))).toEqual({ A: 1, B: 0, C: 1, D: 0 });

  const price = (symbol: string, value: number) => ({
    symbol,
    price: value,
    time: '2026-01-05T12:00:00.000Z',
    signal: null,
  });
  const tell = (...told: ReturnType<typeof price>[]) => stores.feed.setState((state) => withPrices(state, told));
  expect(await during(() => tell(price('A', 1), price('D', 2)))).toEqual({ A: 1, B: 0, C: 0, D: 1 });
  expect(await during(() => tell(price('A', 1), price('D', 3)))).toEqual({ A: 0, B: 0, C: 0, D: 1 });

  expect(await during(() => stores.feed.setState((state) => withStatus(state, aStatus({ lag: 5 }), 1)))).toEqual({
    A: 0,
    B: 0,
    C: 0,
    D: 0,
  });
  expect(await during(() => stores.watchlists.setState((state) => toggled(state, 'C')))).toEqual({
    A: 0,
    B: 0,
    C: 1,
    D: 0,
  });
});

it('a row renders as it ages, and not while its age says the same', async () => {
  const { during, later } = await rendered();
  expect(await during(() => later(1_000))).toEqual({ A: 0, B: 0, C: 0, D: 0 });
  expect(await during(() => later(60_000))).toEqual({ A: 1, B: 1, C: 1, D: 1 });
});
