import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';

interface TipProps {
  /** What it says; line breaks are kept. */
  text: string;
  className?: string;
  /** The stop for Tab; a row that is not the current one takes its own out of the way. */
  tabIndex?: number;
  children: ReactNode;
}

/** A word with its reason, which `Tips` shows to pointer and keyboard. */
export function Tip({ text, className, tabIndex = 0, children }: TipProps) {
  return (
    <button type="button" className={className ? `tip ${className}` : 'tip'} data-tip={text} tabIndex={tabIndex}>
      {children}
    </button>
  );
}

const EDGE = 8;

/** Below its word, above where there is no room, and always inside the window. */
function place(bubble: HTMLElement, trigger: DOMRect): void {
  const { width, height } = bubble.getBoundingClientRect();
  const left = Math.max(EDGE, Math.min(trigger.left, document.documentElement.clientWidth - width - EDGE));
  const below = trigger.bottom + height + EDGE <= document.documentElement.clientHeight;
  bubble.style.left = `${left}px`;
  bubble.style.top = `${below ? trigger.bottom : trigger.top - height}px`;
}

const tipOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
const isBubble = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('.bubble') !== null;

/**
 * The one tooltip of the page: opens on hover and focus, the pointer can go onto it, and Escape closes it
 * (WCAG 1.4.13). One for all, so that a row with four words to explain costs no more than its words.
 */
export function Tips() {
  const [open, setOpen] = useState<{ trigger: HTMLElement; text: string } | null>(null);
  const bubble = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    const show = ({ target }: Event) => {
      const trigger = tipOf(target);
      if (trigger) setOpen({ trigger, text: trigger.dataset.tip ?? '' });
    };
    const over = (event: Event) => {
      if (tipOf(event.target)) show(event);
      else if (!isBubble(event.target))
        setOpen((before) => (before?.trigger.matches(':focus-visible') ? before : null));
    };
    const hide = () => setOpen(null);
    const onBlur = ({ target }: FocusEvent) => setOpen((before) => (before?.trigger === target ? null : before));
    document.addEventListener('pointerover', over);
    document.addEventListener('focusin', show);
    document.addEventListener('click', show);
    document.addEventListener('focusout', onBlur);
    document.addEventListener('scroll', hide, { capture: true });
    document.documentElement.addEventListener('pointerleave', hide);
    return () => {
      document.removeEventListener('pointerover', over);
      document.removeEventListener('focusin', show);
      document.removeEventListener('click', show);
      document.removeEventListener('focusout', onBlur);
      document.removeEventListener('scroll', hide, { capture: true });
      document.documentElement.removeEventListener('pointerleave', hide);
    };
  }, []);

  useEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      // This Escape was for the tooltip; the next one is for the list.
      event.stopPropagation();
      setOpen(null);
    };
    open.trigger.setAttribute('aria-describedby', id);
    document.addEventListener('keydown', onKey, { capture: true });
    return () => {
      open.trigger.removeAttribute('aria-describedby');
      document.removeEventListener('keydown', onKey, { capture: true });
    };
  }, [open, id]);

  useLayoutEffect(() => {
    if (!open || !bubble.current) return;
    // A word that has left the page, as a row does that was scrolled away, has nothing to explain.
    if (open.trigger.isConnected) place(bubble.current, open.trigger.getBoundingClientRect());
    else setOpen(null);
  }, [open]);

  if (!open) return null;
  return (
    <div className="bubble" ref={bubble}>
      <div role="tooltip" id={id} dir="auto">
        {open.text}
      </div>
    </div>
  );
}
