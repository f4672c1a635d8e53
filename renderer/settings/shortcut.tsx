import { type KeyboardEvent, useId, useState } from 'react';
import { keyCaps, keysOf } from '../state/keys.ts';

interface ShortcutProps {
  /** As Electron writes them; null for none. */
  keys: string | null;
  onChange(keys: string | null): void;
}

/** The keys that bring the window to the front from anywhere: taken down as they are pressed. */
export function Shortcut({ keys, onChange }: ShortcutProps) {
  const [listens, setListens] = useState(false);
  const hint = useId();
  const onKey = (event: KeyboardEvent): void => {
    const isPlainTab = event.code === 'Tab' && !(event.ctrlKey || event.altKey || event.metaKey);
    if (!listens || isPlainTab) return;
    event.preventDefault();
    event.stopPropagation();
    const pressed = keysOf(event);
    if (pressed !== null) onChange(pressed);
    if (pressed !== null || event.code === 'Escape') setListens(false);
  };
  return (
    <div className="shortcut">
      <span>Keys that show or hide Aurora</span>
      {keys === null ? <span className="none">none</span> : <Caps keys={keys} />}
      <button
        type="button"
        className={listens ? 'listens' : undefined}
        aria-describedby={listens ? hint : undefined}
        onClick={() => setListens(!listens)}
        onBlur={() => setListens(false)}
        onKeyDown={onKey}
        // The end of a key that was taken down is no click.
        onKeyUp={(event) => listens && event.preventDefault()}
      >
        {listens ? 'Press the keys…' : keys === null ? 'Set keys…' : 'Change keys…'}
      </button>
      {keys !== null && (
        <button type="button" aria-label="Clear keys" onClick={() => onChange(null)}>
          Clear
        </button>
      )}
      <p id={hint} className="note" aria-live="polite">
        {listens &&
          'Hold two of Ctrl, Alt, Shift and Super and press another key, such as Ctrl+Alt+A; for a function key Ctrl or Super is enough. Escape leaves it as it is.'}
      </p>
    </div>
  );
}

function Caps({ keys }: { keys: string }) {
  return (
    <span className="caps">
      {keyCaps(keys).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}
