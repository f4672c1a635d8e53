import '../zod-without-eval.ts';

import '../styles/settings.css';

import type { ReactNode } from 'react';
import { BringBars } from './bring-bars.tsx';
import { useSettings } from './use-settings.ts';

/** From an empty list to the first signal: the ways to bars, or `otherwise` where this page may not choose one. */
export function FirstBars({ otherwise }: { otherwise: ReactNode }) {
  const { shown, why } = useSettings();
  if (why !== null) return otherwise;
  if (shown === null) return null;
  if (!shown.may_change || shown.settings.feed.from === 'command line') return otherwise;
  return (
    <>
      <BringBars />
      <p className="note">A CSV may be dropped anywhere on this page, too.</p>
    </>
  );
}
