// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, it, vi } from 'vitest';
import type { Status } from '../../core/contract/sidebar.ts';
import { NOTHING_HEARD, withLink, withStatus } from '../state/feed.ts';
import { aPage } from '../testing/a-page.ts';
import { aStatus } from '../testing/a-status.ts';
import { Empty } from './empty.tsx';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

const FEED: Status['feeds'][number] = { name: 'ccxt:binance', state: 'live', symbols: 1 };

/** What an empty page says of an engine. */
async function said(given: Partial<Status>): Promise<string> {
  const heard = withStatus(withLink(NOTHING_HEARD, { is: 'live' }), aStatus({ feeds: [FEED], ...given }), 1);
  const place = document.createElement('div');
  const root = createRoot(place);
  await act(() => root.render(aPage(heard).within(createElement(Empty))));
  const { textContent } = place;
  await act(() => root.unmount());
  return textContent ?? '';
}

const IN_PLACE = 'Everything is in place.';

it('says that everything is in place only where it is', async () => {
  expect(await said({})).toContain(IN_PLACE);
  expect(await said({ agents: [] })).not.toContain(IN_PLACE);
});

it('says what is wrong with the feed that the first result waits for', async () => {
  for (const state of ['refused', 'reconnecting', 'mute', 'limited']) {
    const text = await said({ feeds: [{ ...FEED, state, message: 'binance cannot be reached' }] });
    expect(text).toContain('binance cannot be reached');
    expect(text).not.toContain(IN_PLACE);
  }
});

it('says that the model is not asked while its circuit is open', async () => {
  const sovereign = { circuit: 'open', reason: '5 timeouts in a row' };
  const text = await said({ agents: aStatus().agents.map((agent) => ({ ...agent, sovereign })) });
  expect(text).toContain('The circuit to a model is open');
  expect(text).toContain('5 timeouts in a row');
  expect(text).not.toContain(IN_PLACE);
});
