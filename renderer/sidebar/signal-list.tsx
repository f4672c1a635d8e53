import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand/react';
import { shortcutOf, useKeys } from '../parts/keys.ts';
import type { Listing } from '../state/listing.ts';
import { useListing, useStores, useView } from '../state/stores.ts';
import { toggled, WATCHED } from '../state/watchlists.ts';
import { RowSlots } from './row-slots.ts';
import { ROW_HEIGHT, SignalRow } from './signal-row.tsx';

const OVERSCAN = 2;
const LINES_A_PAGE = 8;

/** How far a key moves among `count` rows; null where it is none of the list's. */
function stepOf(key: string, count: number, inside: boolean): number | null {
  if (key === 'j') return 1;
  if (key === 'k') return -1;
  if (!inside) return null;
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: LINES_A_PAGE,
    PageUp: -LINES_A_PAGE,
    End: count,
    Home: -count,
  };
  return steps[key] ?? null;
}

/** The rows that are on screen, of however many there are. */
export function SignalList({ onOpen }: { onOpen(symbol: string): void }) {
  const { listing, view, watchlists, appearance } = useStores();
  const height = useStore(appearance, ({ density }) => ROW_HEIGHT[density]);
  const rows = useListing((state) => state.rows);
  const opened = useView((state) => state.symbol);
  const [focused, setFocused] = useState<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const goal = useRef<string | null>(null);
  const elements = useRef(new RowSlots());

  const current = [focused, opened].find((symbol) => symbol !== null && rows.includes(symbol)) ?? rows[0];
  const place = current === undefined ? -1 : rows.indexOf(current);
  const isInside = (): boolean => list.current?.contains(document.activeElement) ?? false;

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    getItemKey: (index) => rows[index] ?? index,
    // The row with the focus stays in the page however far away it is scrolled: else the focus would be lost.
    rangeExtractor: (range: Range) => {
      const shown = defaultRangeExtractor(range);
      if (place < 0 || shown.includes(place)) return shown;
      return place < (shown[0] ?? 0) ? [place, ...shown] : [...shown, place];
    },
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured holds until rows have another height.
  useLayoutEffect(() => virtual.measure(), [height]);

  const shown = virtual.getVirtualItems().flatMap(({ index, start }) => {
    const symbol = rows[index];
    return symbol === undefined ? [] : [{ symbol, index, start }];
  });
  const slots = elements.current.assign(
    shown.map(({ symbol }) => symbol),
    focused,
  );

  const go = (by: number): void => {
    const from = isInside() ? place + by : place;
    const there = rows[Math.max(0, Math.min(rows.length - 1, from))];
    if (there === undefined) return;
    goal.current = there;
    setFocused(there);
    virtual.scrollToIndex(rows.indexOf(there));
  };
  // The row may only just have come into the page.
  useLayoutEffect(() => {
    if (goal.current === null) return;
    const wanted = goal.current;
    const row = [...(list.current?.children ?? [])].find(
      (one) => one instanceof HTMLElement && one.dataset.symbol === wanted,
    );
    if (!row) return;
    goal.current = null;
    row.querySelector<HTMLButtonElement>('.pick')?.focus();
  });

  const watch = (): void => {
    const symbol = isInside() ? current : (opened ?? current);
    const name = view.getState().list ?? WATCHED;
    if (symbol !== undefined) watchlists.setState((state) => toggled(state, symbol, name));
  };
  useKeys((event) => {
    const key = shortcutOf(event);
    const step = stepOf(key, rows.length, isInside());
    if (step !== null) go(step);
    else if (key === 'w') watch();
    else if (key === 'p') listing.hold('key', !listing.store.getState().hold.key);
    else return key === 'Escape' && letGo(listing);
    return true;
  });
  usePointerGone(list, listing);

  return (
    <div className="scroll" ref={scroller}>
      <ul
        className="list"
        ref={list}
        aria-label="Signals"
        style={{ height: virtual.getTotalSize() }}
        onPointerEnter={() => listing.hold('pointer', true)}
        onPointerLeave={({ relatedTarget }) => belongsTo(relatedTarget) || listing.hold('pointer', false)}
        // A click leaves its focus behind for hours; only a keyboard that is there holds the list.
        onFocus={(event) => event.target.matches(':focus-visible') && listing.hold('focus', true)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && listing.hold('focus', false)}
      >
        {shown.map(({ symbol, index, start }) => (
          <SignalRow
            key={slots.get(symbol)}
            symbol={symbol}
            top={start}
            place={index + 1}
            count={rows.length}
            current={symbol === current}
            selected={symbol === opened}
            onSelect={onOpen}
            onFocus={setFocused}
          />
        ))}
      </ul>
    </div>
  );
}

/** Whether there was anything to let go of. */
function letGo(listing: Listing): boolean {
  const { newer, hold } = listing.store.getState();
  if (newer === 0 && !hold.key) return false;
  listing.hold('key', false);
  listing.release();
  return true;
}

/** A pointer that leaves the window over the list, or whose row vanished under it, sends no leave of its own. */
function usePointerGone(list: React.RefObject<HTMLUListElement | null>, listing: Listing): void {
  useEffect(() => {
    const left = () => listing.hold('pointer', false);
    const elsewhere = ({ target }: PointerEvent) => {
      if (target instanceof Node && !list.current?.contains(target) && !belongsTo(target)) left();
    };
    document.documentElement.addEventListener('pointerleave', left);
    document.addEventListener('pointermove', elsewhere);
    return () => {
      document.documentElement.removeEventListener('pointerleave', left);
      document.removeEventListener('pointermove', elsewhere);
    };
  }, [list, listing]);
}

/** A row's tooltip, and the head of the list, to whose button the pointer goes from a row, are not away from it. */
const belongsTo = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('.bubble, .listhead') !== null;
