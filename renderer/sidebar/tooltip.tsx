import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

interface TooltipProps {
  /** What it says; line breaks are kept. */
  text: string;
  className?: string;
  /** The stop for Tab; a row that is not the current one takes its own out of the way. */
  tabIndex?: number;
  children: ReactNode;
}

const EDGE = 8;

/** Below its trigger, above where there is no room, and always inside the window. */
function place(bubble: HTMLElement, trigger: DOMRect): void {
  const { width, height } = bubble.getBoundingClientRect();
  const left = Math.max(EDGE, Math.min(trigger.left, document.documentElement.clientWidth - width - EDGE));
  const below = trigger.bottom + height + EDGE <= document.documentElement.clientHeight;
  bubble.style.left = `${left}px`;
  bubble.style.top = `${below ? trigger.bottom : trigger.top - height}px`;
}

/**
 * A word with its reason, for pointer and keyboard: it opens on hover and focus, the pointer can go onto
 * it, and Escape closes it (WCAG 1.4.13). It is drawn outside the list, which would clip it.
 */
export function Tooltip({ text, className, tabIndex = 0, children }: TooltipProps) {
  const [open, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const bubble = useRef<HTMLSpanElement>(null);
  const id = useId();

  useLayoutEffect(() => {
    if (open && bubble.current && trigger.current) place(bubble.current, trigger.current.getBoundingClientRect());
  }, [open]);

  useEffect(() => {
    if (!open) return;
    const close = () => setOpen(false);
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      // This Escape was for the tooltip; the next one is for the list.
      event.stopPropagation();
      close();
    };
    document.addEventListener('keydown', onKey, { capture: true });
    document.addEventListener('scroll', close, { capture: true });
    return () => {
      document.removeEventListener('keydown', onKey, { capture: true });
      document.removeEventListener('scroll', close, { capture: true });
    };
  }, [open]);

  return (
    <span className="tip" onPointerEnter={() => setOpen(true)} onPointerLeave={() => setOpen(false)}>
      <button
        type="button"
        ref={trigger}
        className={className}
        tabIndex={tabIndex}
        aria-describedby={open ? id : undefined}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onClick={() => setOpen(true)}
      >
        {children}
      </button>
      {open &&
        createPortal(
          <span className="bubble" ref={bubble}>
            <span role="tooltip" id={id} dir="auto">
              {text}
            </span>
          </span>,
          document.body,
        )}
    </span>
  );
}
