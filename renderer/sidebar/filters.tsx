import { type ReactNode, useRef } from 'react';
import { shortcutOf, useKeys } from '../parts/keys.ts';
import { Shape } from '../parts/shape.tsx';
import { isWarned } from '../state/order.ts';
import { useFeed, useStores, useView } from '../state/stores.ts';
import { SHOWN, type Shown } from '../state/view.ts';

/** Search, and which signals. */
export function Filters() {
  const { view } = useStores();
  const search = useView((state) => state.search);
  const shown = useView((state) => state.shown);
  const field = useRef<HTMLInputElement>(null);
  useKeys((event) => {
    const find = event.key === 'f' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!find && shortcutOf(event) !== '/') return false;
    field.current?.focus();
    field.current?.select();
    return true;
  });
  return (
    <div className="filters">
      <div className="search">
        <input
          ref={field}
          type="search"
          aria-label="Search symbols"
          aria-keyshortcuts="/ Control+F"
          placeholder="Search symbols"
          spellCheck={false}
          autoComplete="off"
          maxLength={64}
          value={search}
          onChange={({ target }) => view.setState({ search: target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            view.setState({ search: '' });
            if (search === '') field.current?.blur();
            event.stopPropagation();
          }}
        />
        <span className="hint" aria-hidden="true">
          /
        </span>
      </div>
      <div className="choose">
        <fieldset className="seg" aria-label="Show">
          {SHOWN.map((one) => (
            <button key={one} type="button" aria-pressed={shown === one} onClick={() => view.setState({ shown: one })}>
              {LABEL[one]}
            </button>
          ))}
        </fieldset>
        <Warned />
      </div>
    </div>
  );
}

function Warned() {
  const { view } = useStores();
  const warned = useView((state) => state.warned);
  const count = useFeed(({ signals }) => {
    let found = 0;
    for (const update of signals.bySymbol.values()) if (isWarned(update)) found += 1;
    return found;
  });
  return (
    <button type="button" className="warned" aria-pressed={warned} onClick={() => view.setState({ warned: !warned })}>
      <svg className="shape" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 1.5 15.2 14H.8zM7.2 6v4h1.6V6zm0 5v1.6h1.6V11z" fillRule="evenodd" />
      </svg>
      <span className="unseen">Warnings only </span>
      {count.toLocaleString('en-GB')}
    </button>
  );
}

const LABEL: Record<Shown, ReactNode> = {
  all: 'All',
  buy: (
    <>
      <Shape signal="BUY" />
      Buy
    </>
  ),
  sell: (
    <>
      <Shape signal="SELL" />
      Sell
    </>
  ),
  hold: (
    <>
      <Shape signal="HOLD" />
      Hold
    </>
  ),
};
