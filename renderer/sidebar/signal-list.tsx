import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { FREE, type Frozen, type Hold, released, sameOrder, standing, withHolder } from '../state/frozen-order.ts';
import { type Filter, orderOf } from '../state/order.ts';
import { useFeed } from '../state/stores.ts';
import { isTyping, useKeys } from './keys.ts';
import { SignalRow } from './signal-row.tsx';

interface SignalListProps {
  filter: Filter;
  selected: string | null;
  onSelect(symbol: string): void;
}

/** The same array while its content is the same, so that rows are compared only when one has moved. */
function useSteady(order: readonly string[]): readonly string[] {
  const [steady, setSteady] = useState(order);
  if (steady === order || sameOrder(steady, order)) return steady;
  setSteady(order);
  return order;
}

/** Which rows stand where, held still while the pointer or the keyboard is among them. */
function useStanding(filter: Filter) {
  const bySymbol = useFeed((state) => state.signals.bySymbol);
  const order = useMemo(() => orderOf(bySymbol, filter), [bySymbol, filter]);
  const [hold, setHold] = useState<Hold>(FREE);
  const [heldFilter, setHeldFilter] = useState(filter);
  const now: Frozen = { order, seen: bySymbol };
  const release = () => setHold((before) => released(before, now));
  // Another filter is another list: it is asked for, so it shows at once.
  if (heldFilter !== filter) {
    setHeldFilter(filter);
    release();
  }
  const { rows, newer } = standing(hold.frozen, order, bySymbol);
  const enter = (holder: 'pointer' | 'focus', inside: boolean) =>
    setHold((before) => withHolder(before, holder, inside, now));
  return { rows: useSteady(rows), newer, enter, release };
}

export function SignalList({ filter, selected, onSelect }: SignalListProps) {
  const { rows, newer, enter, release } = useStanding(filter);
  const [focused, setFocused] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);

  const current = [focused, selected].find((symbol) => symbol !== null && rows.includes(symbol)) ?? rows[0];
  const go = (by: number) => {
    const here = list.current?.contains(document.activeElement) ? rows.indexOf(current ?? '') : -1;
    const there = here === -1 ? (current ?? '') : (rows[Math.max(0, Math.min(rows.length - 1, here + by))] ?? '');
    const row = list.current?.children.item(rows.indexOf(there));
    row?.querySelector<HTMLButtonElement>('.pick')?.focus();
  };
  useKeys((event) => {
    if (isTyping(event.target)) return false;
    const inside = list.current?.contains(document.activeElement) ?? false;
    if (event.key === 'j' || (inside && event.key === 'ArrowDown')) go(1);
    else if (event.key === 'k' || (inside && event.key === 'ArrowUp')) go(-1);
    else if (event.key === 'Escape') release();
    else return false;
    return true;
  });
  usePointerGone(list, () => enter('pointer', false));

  return (
    <>
      <div className="listhead">
        <h2>Newest first</h2>
        <span aria-live="polite">
          {newer > 0 && (
            <button type="button" className="pill" onClick={release}>
              {newer.toLocaleString('en')} newer <span aria-hidden="true">↑</span>
            </button>
          )}
        </span>
      </div>
      <div className="scroll">
        <ul
          className="list"
          ref={list}
          aria-label="Signals"
          onPointerEnter={() => enter('pointer', true)}
          onPointerLeave={() => enter('pointer', false)}
          // A click leaves its focus behind for hours; only a keyboard that is there holds the list.
          onFocus={(event) => event.target.matches(':focus-visible') && enter('focus', true)}
          onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && enter('focus', false)}
        >
          <Rows rows={rows} current={current} selected={selected} onSelect={onSelect} onFocus={setFocused} />
        </ul>
      </div>
    </>
  );
}

interface RowsProps {
  rows: readonly string[];
  current: string | undefined;
  selected: string | null;
  onSelect(symbol: string): void;
  onFocus(symbol: string): void;
}

const Rows = memo(function Rows({ rows, current, selected, onSelect, onFocus }: RowsProps) {
  return rows.map((symbol) => (
    <SignalRow
      key={symbol}
      symbol={symbol}
      current={symbol === current}
      selected={symbol === selected}
      onSelect={onSelect}
      onFocus={onFocus}
    />
  ));
});

/** A pointer that leaves the window over the list, or whose row vanished under it, sends no leave of its own. */
function usePointerGone(list: React.RefObject<HTMLUListElement | null>, gone: () => void): void {
  const latest = useRef(gone);
  useEffect(() => {
    latest.current = gone;
  });
  useEffect(() => {
    const left = () => latest.current();
    const elsewhere = ({ target }: PointerEvent) => {
      if (target instanceof Node && !list.current?.contains(target) && !isTooltip(target)) left();
    };
    document.documentElement.addEventListener('pointerleave', left);
    document.addEventListener('pointermove', elsewhere);
    return () => {
      document.documentElement.removeEventListener('pointerleave', left);
      document.removeEventListener('pointermove', elsewhere);
    };
  }, [list]);
}

const isTooltip = (target: Node): boolean => target instanceof Element && target.closest('.bubble') !== null;
