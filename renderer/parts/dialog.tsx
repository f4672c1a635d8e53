import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  title: string;
  onClose(): void;
  /** Whether it needs more room than a question does. */
  wide?: boolean;
  children: ReactNode;
}

/** A dialog over the page, by the browser's own means: focus stays in it, Escape closes it and gives focus back. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (!element.open) element.showModal();
    if (!wide) element.querySelector<HTMLElement>('input')?.focus();
    // A click on what is behind it lands on the dialog itself.
    const behind = ({ target }: MouseEvent) => target === element && element.close();
    element.addEventListener('click', behind);
    return () => {
      element.removeEventListener('click', behind);
      element.close();
    };
  }, [wide]);
  return (
    <dialog ref={dialog} className={wide ? 'wide' : undefined} aria-labelledby={heading} onClose={onClose}>
      <div className="sheet">
        <header>
          <h2 id={heading}>{title}</h2>
          <button type="button" className="plain" onClick={onClose}>
            Close
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
