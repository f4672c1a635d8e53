import './zod-without-eval.ts';

import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/sidebar.css';
import './styles/row.css';
import './styles/detail.css';
import './styles/forced-colors.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createStore } from 'zustand/vanilla';
import { App } from './app.tsx';
import { followEngine } from './feed/engine-watch.ts';
import { openLink } from './feed/link.ts';
import { carriesToken, takeToken } from './feed/session.ts';
import { feedClock } from './state/clock.ts';
import { type FeedState, NOTHING_HEARD, withLink } from './state/feed.ts';

const now = () => Date.now();
const every = (ms: number, run: () => void) => {
  const timer = setInterval(run, ms);
  return () => clearInterval(timer);
};
const after = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

const feed = createStore<FeedState>(() => NOTHING_HEARD);
const { clock } = feedClock({ feed, now, every });
const open = (engine: { url: string; token: string }) =>
  openLink({ ...engine, feed, now, after, nextFrame: (run) => requestAnimationFrame(run) });

function openInBrowser(): void {
  const token = takeToken({
    fragment: location.hash,
    replaceFragment: (rest) => history.replaceState(null, '', location.pathname + location.search + rest),
    storage: sessionStorage,
  });
  // A new address pasted into this tab changes the fragment alone, and loads nothing by itself.
  window.addEventListener('hashchange', () => carriesToken(location.hash) && location.reload());
  if (token) open({ url: location.origin, token });
  else feed.setState((state) => withLink(state, { is: 'refused', code: 'no_token', message: '' }));
}

if (window.aurora) followEngine(window.aurora, feed, open);
else openInBrowser();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App stores={{ feed, clock }} />
  </StrictMode>,
);
