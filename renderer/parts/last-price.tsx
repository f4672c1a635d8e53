import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { decimalsOf } from '../../core/signals/decimals.ts';
import { moveText, priceText } from '../state/precision.ts';
import { usePrice } from '../state/stores.ts';
import { momentText } from '../state/time-text.ts';

/** The last price in the symbol's own precision, and its move since this very signal. */
export function LastPrice({ update, words = false }: { update: SidebarUpdate; words?: boolean }) {
  const price = usePrice(update.symbol);
  if (!price) return null;
  const since = price.signal?.analyzed_at === update.analyzed_at ? price.signal.price : null;
  return (
    <span className="price" title={`Last price, ${momentText(Date.parse(price.time))}`}>
      <span className="last">{priceText(price.price, price.decimals ?? decimalsOf(price.price))}</span>
      {since !== null && <Move from={since} to={price.price} />}
      {since !== null && <span className={words ? 'since' : 'unseen'}> since the signal</span>}
    </span>
  );
}

/** What rounds to nothing has no colour either. */
function Move({ from, to }: { from: number; to: number }) {
  const text = moveText(from, to);
  const tone = { '+': 'up', '−': 'down' }[text[0] ?? ''];
  return <span className={tone}>{text}</span>;
}
