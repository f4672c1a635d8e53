import { lazy, type ReactNode, Suspense } from 'react';
import type { Status } from '../../core/contract/sidebar.ts';
import { Copy } from '../parts/copy.tsx';
import { hindrances } from '../state/health.ts';
import { useConnection, useFeed, useListing, useStores, useView } from '../state/stores.ts';
import { EVERYTHING } from '../state/view.ts';

const FirstBars = lazy(() => import('../settings/first-bars.tsx').then((module) => ({ default: module.FirstBars })));

/** In place of rows: what is missing, and what to do about it. */
export function Empty() {
  const rows = useListing((state) => state.rows.length);
  const any = useFeed((state) => state.signals.bySymbol.size > 0);
  if (rows > 0) return null;
  return <section className="empty">{any ? <NoMatch /> : <NoSignal />}</section>;
}

function NoMatch() {
  const { view } = useStores();
  const list = useView((state) => state.list);
  const known = useFeed((state) => state.signals.bySymbol.size);
  return (
    <>
      <h2>No signal matches</h2>
      <p>
        {known.toLocaleString('en-GB')} {known === 1 ? 'symbol is' : 'symbols are'} hidden
        {list === null ? ' by the filter.' : ` by the filter or not on ${list}.`}
      </p>
      <p>
        <button type="button" onClick={() => view.setState(EVERYTHING)}>
          Show all
        </button>
      </p>
    </>
  );
}

function NoSignal() {
  const { label } = useConnection();
  const link = useFeed((state) => state.link.is);
  const status = useFeed((state) => state.status);
  if (link !== 'live') return <h2>{label}</h2>;
  const missing = status ? missingFor(status) : [];
  return (
    <>
      <h2>No signals yet</h2>
      {missing.length === 0 ? <p>Everything is in place. The first result will stand here.</p> : <ul>{missing}</ul>}
    </>
  );
}

function missingFor(status: Status): ReactNode[] {
  const { agents, feeds, origin } = status;
  const missing: ReactNode[] = [];
  if (!agents.some(({ state }) => state !== 'disconnected'))
    missing.push(
      <li key="agent">
        <strong>No agent is connected.</strong> Connect one with the agent token of the data folder, or start Aurora
        without <code>--agents none</code> for the built-in ones.
      </li>,
    );
  if (feeds.length === 0 && origin === 'live')
    missing.push(
      <li key="feed">
        <strong>No market data comes in.</strong> Start the built-in replay, one of your own bars, or ask an exchange:
        <Suspense>
          <FirstBars otherwise={<Commands />} />
        </Suspense>
      </li>,
    );
  for (const line of hindrances(status))
    missing.push(
      <li key={line} className="hindrance" dir="auto">
        {line}
      </li>,
    );
  return missing;
}

function Commands() {
  return (
    <>
      <Command text="npm start -- --feed replay" />
      <Command text="npm start -- --feed csv:FILE" />
      <Command text="npm start -- --feed ccxt:binance:BTC/USDT@5m" />
    </>
  );
}

/** A command to be taken along. */
function Command({ text }: { text: string }) {
  return (
    <span className="command">
      <code>{text}</code>
      <Copy text={text} label={text} />
    </span>
  );
}
