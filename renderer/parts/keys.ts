import { useEffect, useRef } from 'react';

/** Keys of the whole page; `handle` says whether the key was for it. */
export function useKeys(handle: (event: KeyboardEvent) => boolean): void {
  const latest = useRef(handle);
  useEffect(() => {
    latest.current = handle;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // An open dialog has the keyboard to itself.
      if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
      if (latest.current(event)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** Letters typed into a field are no shortcuts. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');

/** The key of a shortcut, "" where the event is none: typed into a field, or with a modifier. */
export const shortcutOf = (event: KeyboardEvent): string =>
  event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) ? '' : event.key;
