/** What the page needs of a key that was pressed. */
interface Pressed {
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
}

const NAMED: Readonly<Record<string, string>> = {
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Space: 'Space',
  Enter: 'Return',
  Backspace: 'Backspace',
  Delete: 'Delete',
  Insert: 'Insert',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
};

/** The key as Electron names it, by its place on the keyboard; null for one that makes no shortcut. */
function keyOf(code: string): string | null {
  const plain = /^(?:Key([A-Z])|Digit([0-9])|(F(?:[1-9]|1[0-9]|2[0-4])))$/.exec(code);
  return plain ? (plain[1] ?? plain[2] ?? plain[3] ?? null) : (NAMED[code] ?? null);
}

/**
 * Keys that were pressed together, as Electron writes them: `Control+Alt+A`. Null while they are none that may be
 * taken from every program: with one key held, letters are for writing and for a program's own commands (Ctrl+C),
 * and function keys with Alt are the desktop's (Alt+F4).
 */
export function keysOf({ code, ctrlKey, altKey, shiftKey, metaKey }: Pressed): string | null {
  const key = keyOf(code);
  if (key === null) return null;
  const held = [ctrlKey && 'Control', altKey && 'Alt', shiftKey && 'Shift', metaKey && 'Super'].filter(Boolean);
  const isFree = held.length > 1 || (/^F\d/.test(key) && (ctrlKey || metaKey));
  return isFree ? [...held, key].join('+') : null;
}

const SHOWN: Readonly<Record<string, string>> = { Control: 'Ctrl', CommandOrControl: 'Ctrl' };

/** The same as a keyboard has them printed on it. */
export const keyCaps = (keys: string): readonly string[] => keys.split('+').map((key) => SHOWN[key] ?? key);
