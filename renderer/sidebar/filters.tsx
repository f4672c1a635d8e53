import { type ReactNode, useRef } from 'react';
import { type Filter, isWarned, SHOWN, type Shown } from '../state/order.ts';
import { useFeed } from '../state/stores.ts';
import { isTyping, useKeys } from './keys.ts';
import { Shape } from './shape.tsx';

interface FiltersProps {
  filter: Filter;
  onFilter(filter: Filter): void;
}

export function Filters({ filter, onFilter }: FiltersProps) {
  const search = useRef<HTMLInputElement>(null);
  useKeys((event) => {
    if (event.key !== '/' || isTyping(event.target)) return false;
    search.current?.focus();
    return true;
  });
  return (
    <div className="filters">
      <input
        ref={search}
        type="search"
        aria-label="Search symbols"
        placeholder="Search symbols"
        spellCheck={false}
        autoComplete="off"
        value={filter.search}
        onChange={({ target }) => onFilter({ ...filter, search: target.value })}
        onKeyDown={({ key }) => key === 'Escape' && onFilter({ ...filter, search: '' })}
      />
      <fieldset className="seg" aria-label="Show">
        {SHOWN.map((shown) => (
          <button
            key={shown}
            type="button"
            aria-pressed={filter.shown === shown}
            onClick={() => onFilter({ ...filter, shown })}
          >
            {LABEL[shown]}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

function Warned() {
  const count = useFeed(({ signals }) => {
    let warned = 0;
    for (const update of signals.bySymbol.values()) if (isWarned(update)) warned += 1;
    return warned;
  });
  return (
    <>
      <svg className="shape" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 1.5 15.2 14H.8zM7.2 6v4h1.6V6zm0 5v1.6h1.6V11z" fillRule="evenodd" />
      </svg>
      <span className="unseen">Warnings </span>
      {count.toLocaleString('en')}
    </>
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
  warned: <Warned />,
};
