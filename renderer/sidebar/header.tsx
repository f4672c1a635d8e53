import { originOf } from '../state/feed.ts';
import { useConnection, useFeed } from '../state/stores.ts';
import { marketText } from '../state/time-text.ts';

export function Header() {
  const { tone, label, advice } = useConnection();
  return (
    <>
      <header className="top">
        <h1>
          <i className="logo" aria-hidden="true" />
          Aurora
        </h1>
        <span className={`link ${tone}`} role="status" title={label}>
          <i aria-hidden="true" />
          <span>{label}</span>
        </span>
      </header>
      {advice && (
        <p className={`advice ${tone}`} role="alert">
          {advice}
        </p>
      )}
      <ReplayMark />
    </>
  );
}

/** Says that this is no live market, and what time it is there (R12). */
function ReplayMark() {
  const origin = useFeed(originOf);
  const marketTime = useFeed((state) => state.marketTime);
  const ended = useFeed((state) => state.status?.ended ?? false);
  if (origin === null || origin === 'live') return null;
  return (
    <p className="replay">
      <strong>{origin.toUpperCase()}</strong>
      <span>
        {ended && 'ended at '}
        {marketTime > 0 ? `${marketText(marketTime)}` : 'market time not known yet'}
      </span>
    </p>
  );
}
