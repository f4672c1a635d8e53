import type { AuroraWindow } from '../../core/contract/window.ts';

declare global {
  interface Window {
    /** What a window's preload gives the page; a browser has none. */
    aurora?: AuroraWindow;
  }
}

/** The part of the page that a token may lie in. */
export interface TokenPlaces {
  /** `location.hash`, with its #. */
  fragment: string;
  /** Puts what is left of the fragment into the address bar. */
  replaceFragment(fragment: string): void;
  storage: Pick<Storage, 'getItem' | 'setItem'>;
}

const KEY = 'aurora.token';

/**
 * The session's token: from the fragment of the address that `npm start` printed, else as kept for this
 * tab. The fragment loses it at once, so that it stays in no history, bookmark or screenshot.
 */
export function takeToken({ fragment, replaceFragment, storage }: TokenPlaces): string | null {
  const parts = new URLSearchParams(fragment.replace(/^#/, ''));
  const given = parts.get('token');
  if (!given) return storage.getItem(KEY);
  storage.setItem(KEY, given);
  parts.delete('token');
  replaceFragment(parts.size > 0 ? `#${parts}` : '');
  return given;
}

export const carriesToken = (fragment: string): boolean => new URLSearchParams(fragment.replace(/^#/, '')).has('token');
