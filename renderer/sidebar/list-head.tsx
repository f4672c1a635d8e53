import { useState } from 'react';
import { Choice } from '../parts/choice.tsx';
import { useListing, useStores, useView, useWatchlists } from '../state/stores.ts';
import { SORTS, type Sort } from '../state/view.ts';
import { withoutList } from '../state/watchlists.ts';
import { NewWatchlist } from './new-watchlist.tsx';

const SORT_TEXT: Record<Sort, string> = {
  time: 'Newest first',
  confidence: 'Most confident',
  risk: 'Most risk',
  symbol: 'By symbol',
};
const LEAST = [0, 50, 60, 70, 80, 90] as const;
const EVERY = 'every';
const MAKE = 'make';
const DROP = 'drop';
// A list may be called what it likes, so its value is marked as one.
const listValue = (name: string): string => `list:${name}`;

/** The order of the list, what it is narrowed to, and what waits to be let in. */
export function ListHead() {
  const { view } = useStores();
  const sort = useView((state) => state.sort);
  const least = useView((state) => state.least);
  return (
    <div className="listhead">
      <h2 className="unseen">Signals</h2>
      <Choice
        label="Sort by"
        value={sort}
        options={SORTS.map((value) => ({ value, text: SORT_TEXT[value] }))}
        onChoose={(chosen) => view.setState({ sort: chosen })}
      />
      <ListChoice />
      <Choice
        label="Least confidence"
        value={String(least)}
        options={LEAST.map((value) => ({ value: String(value), text: value === 0 ? 'Any %' : `≥ ${value}%` }))}
        onChoose={(chosen) => view.setState({ least: Number(chosen) })}
      />
      <Held />
    </div>
  );
}

function ListChoice() {
  const { view, watchlists } = useStores();
  const { lists } = useWatchlists();
  const list = useView((state) => state.list);
  const [making, setMaking] = useState(false);
  const choose = (value: string): void => {
    if (value === MAKE) setMaking(true);
    else if (value === DROP && list !== null) {
      view.setState({ list: null });
      watchlists.setState((state) => withoutList(state, list));
    } else view.setState({ list: value === EVERY ? null : value.slice(listValue('').length) });
  };
  const options = [
    { value: EVERY, text: 'All symbols' },
    ...[...lists].map(([name, symbols]) => ({ value: listValue(name), text: `${name} (${symbols.size})` })),
    { value: MAKE, text: 'New watchlist…' },
    ...(list === null ? [] : [{ value: DROP, text: `Remove ${list}` }]),
  ];
  return (
    <>
      <Choice
        label="Watchlist"
        value={list === null ? EVERY : listValue(list)}
        options={list !== null && !lists.has(list) ? [...options, { value: listValue(list), text: list }] : options}
        onChoose={choose}
      />
      {making && <NewWatchlist onClose={() => setMaking(false)} />}
    </>
  );
}

/** What holds the rows still, and how many results wait behind it. */
function Held() {
  const { listing } = useStores();
  const newer = useListing((state) => state.newer);
  const frozen = useListing((state) => state.hold.key);
  return (
    <span className="held" aria-live="polite">
      {(frozen || newer > 0) && (
        <button
          type="button"
          className="pill"
          onClick={() => {
            listing.hold('key', false);
            listing.release();
          }}
        >
          {frozen && 'Frozen'}
          {frozen && newer > 0 && ' · '}
          {newer > 0 && (
            <>
              {newer.toLocaleString('en-GB')} newer <span aria-hidden="true">↑</span>
            </>
          )}
        </button>
      )}
    </span>
  );
}
