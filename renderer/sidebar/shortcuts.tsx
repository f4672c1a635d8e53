import { Dialog } from '../parts/dialog.tsx';

const SHORTCUTS: readonly [keys: readonly string[], does: string][] = [
  [['j', 'k'], 'Next and previous row'],
  [['Enter'], 'Open the row'],
  [['w'], 'Put the symbol on the watchlist, or take it off'],
  [['p'], 'Freeze the rows, or let them go'],
  [['/', 'Ctrl F'], 'Search'],
  [['Esc'], 'Let newer results in; close what is open'],
  [['?'], 'This list'],
];

export function Shortcuts({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="shortcuts">
        {SHORTCUTS.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="note">
        While the pointer or the keyboard is among the rows none of them moves; what is newer waits.
      </p>
    </Dialog>
  );
}
