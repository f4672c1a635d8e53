import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { moveText, priceText } from '../state/precision.ts';
import { useDecimals, usePrice } from '../state/stores.ts';
import { momentText } from '../state/time-text.ts';

const toneOf = (from: number, to: number): string | undefined => {
  if (from === to) return undefined;
  return to > from ? 'up' : 'down';
};

/** The last price in the symbol's own precision, and its move since this very signal. */
export function LastPrice({ update, words = false }: { update: SidebarUpdate; words?: boolean }) {
  const price = usePrice(update.symbol);
  const decimals = useDecimals(update.symbol);
  if (!price) return null;
  const since = price.signal?.analyzed_at === update.analyzed_at ? price.signal.price : null;
  return (
    <span className="price" title={`Last price, ${momentText(Date.parse(price.time))}`}>
      <span className="last">{priceText(price.price, decimals)}</span>
      {since !== null && <span className={toneOf(since, price.price)}>{moveText(since, price.price)}</span>}
      {since !== null && <span className={words ? 'since' : 'unseen'}> since the signal</span>}
    </span>
  );
}
