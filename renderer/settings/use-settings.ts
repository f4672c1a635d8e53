import { useCallback, useEffect, useState } from 'react';
import type { SettingsChange, ShownSettings } from '../../core/contract/settings.ts';
import { useFeed, useStores } from '../state/stores.ts';

/** The engine's settings, read again whenever it is back; null until they are there. */
export function useSettings(): { shown: ShownSettings | null; why: string | null; again: () => void } {
  const { api } = useStores();
  const link = useFeed((state) => state.link.is);
  const [shown, setShown] = useState<ShownSettings | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const again = useCallback(() => {
    api.settings().then(
      (settings) => {
        setShown(settings);
        setWhy(null);
      },
      (error: Error) => setWhy(error.message),
    );
  }, [api]);
  useEffect(() => {
    if (link === 'live') again();
  }, [link, again]);
  return { shown, why, again };
}

/** Asks for a change; resolves with what to say of it. */
export function useChange(): (change: SettingsChange) => Promise<string> {
  const { api } = useStores();
  return async (change) => {
    const { restarts } = await api.command('settings', { change });
    return restarts === true ? 'Saved. The engine starts again.' : 'Saved for the next start.';
  };
}
