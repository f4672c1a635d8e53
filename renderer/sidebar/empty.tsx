import type { ReactNode } from 'react';
import type { Status } from '../../core/contract/sidebar.ts';
import { EVERYTHING, type Filter, matcher } from '../state/order.ts';
import { useConnection, useFeed } from '../state/stores.ts';

interface EmptyProps {
  filter: Filter;
  onFilter(filter: Filter): void;
}

/** In place of rows: what is missing, and what to do about it. */
export function Empty({ filter, onFilter }: EmptyProps) {
  const any = useFeed((state) => state.signals.bySymbol.size > 0);
  const none = useFeed((state) => {
    const matches = matcher(filter);
    for (const update of state.signals.bySymbol.values()) if (matches(update)) return false;
    return true;
  });
  if (!none) return null;
  return <section className="empty">{any ? <NoMatch onFilter={onFilter} /> : <NoSignal />}</section>;
}

function NoMatch({ onFilter }: Pick<EmptyProps, 'onFilter'>) {
  return (
    <>
      <h2>No signal matches</h2>
      <p>
        <button type="button" onClick={() => onFilter(EVERYTHING)}>
          Show all
        </button>
      </p>
    </>
  );
}

function NoSignal() {
  const { advice, label } = useConnection();
  const link = useFeed((state) => state.link.is);
  const status = useFeed((state) => state.status);
  if (link === 'refused') return <h2>{advice}</h2>;
  if (link !== 'live') return <h2>{label}</h2>;
  const missing = status ? missingFor(status) : [];
  return (
    <>
      <h2>No signals yet</h2>
      {missing.length === 0 ? <p>Everything is in place. The first result will stand here.</p> : <ul>{missing}</ul>}
    </>
  );
}

function missingFor({ agents, feeds, origin }: Status): ReactNode[] {
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
        <strong>No market data comes in.</strong> Start the built-in replay: <code>npm start -- --feed replay</code>
      </li>,
    );
  return missing;
}
