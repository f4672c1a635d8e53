import './zod-without-eval.ts';

import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/sidebar.css';
import './styles/filters.css';
import './styles/row.css';
import './styles/detail.css';
import './styles/chart.css';
import './styles/forced-colors.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createStore } from 'zustand/vanilla';
import { App } from './app.tsx';
import { httpApi, type Reach } from './feed/api.ts';
import { followEngine } from './feed/engine-watch.ts';
import { openLink } from './feed/link.ts';
import { carriesToken, takeToken } from './feed/session.ts';
import { openAlarmDesk } from './state/alarms.ts';
import { openAppearance } from './state/appearance.ts';
import { calmFlashes } from './state/calm.ts';
import { feedClock } from './state/clock.ts';
import { type FeedState, NOTHING_HEARD, withLink } from './state/feed.ts';
import { openListing } from './state/listing.ts';
import { firstView, firstWatchlists, type Memory, remember } from './state/remembered.ts';
import type { Stores } from './state/stores.ts';
import { fromFragment, type View } from './state/view.ts';
import type { Watchlists } from './state/watchlists.ts';

const now = () => Date.now();
const every = (ms: number, run: () => void) => {
  const timer = setInterval(run, ms);
  return () => clearInterval(timer);
};
const after = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
const setFragment = (fragment: string) => {
  const rest = fragment === '' ? '' : `#${fragment}`;
  if (rest !== location.hash) history.replaceState(null, '', location.pathname + location.search + rest);
};

const token = takeToken({
  fragment: location.hash,
  replaceFragment: (rest) => setFragment(rest.slice(1)),
  storage: sessionStorage,
});
const appearance = openAppearance(localStorage, document.documentElement);
const memory: Memory = { storage: localStorage, fragment: () => location.hash, setFragment };
const feed = createStore<FeedState>(() => NOTHING_HEARD);
const view = createStore<View>(() => firstView(memory));
const watchlists = createStore<Watchlists>(() => firstWatchlists(memory));
remember(memory, view, watchlists);
const { clock } = feedClock({ feed, now, every });
const calm = calmFlashes(now);
let reach: Reach = null;
const open = (engine: { url: string; token: string }) => {
  const link = openLink({
    ...engine,
    feed,
    now,
    after,
    nextFrame: (run) => requestAnimationFrame(run),
    onUpdates: calm.arrived,
  });
  reach = { ...engine, command: link.command };
  return link.close;
};

// A new address pasted into this tab, or typed into its bar, changes the fragment alone and loads nothing by itself.
window.addEventListener('hashchange', () => {
  if (carriesToken(location.hash)) location.reload();
  else view.setState(fromFragment(location.hash));
});
if (window.aurora) followEngine(window.aurora, feed, open);
else if (token) open({ url: location.origin, token });
else feed.setState((state) => withLink(state, { is: 'refused', code: 'no_token', message: '' }));

const stores: Stores = {
  feed,
  clock,
  view,
  watchlists,
  listing: openListing({ feed, view, watchlists }),
  calm,
  alarms: openAlarmDesk({ feed }),
  api: httpApi(() => reach),
  appearance,
};
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App stores={stores} />
  </StrictMode>,
);
