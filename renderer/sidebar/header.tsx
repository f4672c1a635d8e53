import { lazy, Suspense, useState } from 'react';
import { shortcutOf, useKeys } from '../parts/keys.ts';
import { LinkState } from '../parts/link-state.tsx';
import { originOf } from '../state/feed.ts';
import { useConnection, useFeed } from '../state/stores.ts';
import { marketText } from '../state/time-text.ts';
import { Alarms } from './alarms.tsx';
import { Shortcuts } from './shortcuts.tsx';

const Settings = lazy(() => import('../settings/settings.tsx').then((module) => ({ default: module.Settings })));

export function Header() {
  const { tone, advice } = useConnection();
  return (
    <>
      <header className="top">
        <span className="brand" aria-hidden="true">
          <i className="logo" />
          Aurora
        </span>
        <LinkState />
        <SettingsButton />
        <Help />
      </header>
      {advice && (
        <p className={`advice ${tone}`} role="alert">
          {advice}
        </p>
      )}
      <Alarms />
      <ReplayMark />
    </>
  );
}

function SettingsButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="help" aria-label="Settings" onClick={() => setOpen(true)}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2 4.5h7M12 4.5h2M2 11.5h2M7 11.5h7M10.5 2.8v3.4M5.5 9.8v3.4" />
        </svg>
      </button>
      {open && (
        <Suspense>
          <Settings onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function Help() {
  const [open, setOpen] = useState(false);
  useKeys((event) => {
    if (shortcutOf(event) !== '?') return false;
    setOpen(true);
    return true;
  });
  return (
    <>
      <button type="button" className="help" aria-label="Keyboard shortcuts" onClick={() => setOpen(true)}>
        ?
      </button>
      {open && <Shortcuts onClose={() => setOpen(false)} />}
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
