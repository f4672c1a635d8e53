import { useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { useStores } from '../state/stores.ts';
import { NAME_MAX, withList } from '../state/watchlists.ts';

/** Asks for the name of a watchlist, and shows it once it is made. */
export function NewWatchlist({ onClose }: { onClose(): void }) {
  const { view, watchlists } = useStores();
  const [name, setName] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const make = (): void => {
    const before = watchlists.getState();
    watchlists.setState((state) => withList(state, name));
    if (watchlists.getState() === before) {
      setFault(name.trim() === '' ? 'A watchlist needs a name.' : 'There is a watchlist of that name already.');
      return;
    }
    view.setState({ list: name.trim() });
    onClose();
  };
  return (
    <Dialog title="New watchlist" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make();
        }}
      >
        <label>
          Name
          <input value={name} maxLength={NAME_MAX} onChange={({ target }) => setName(target.value)} />
        </label>
        {fault && <p role="alert">{fault}</p>}
        <p className="note">
          Open a symbol or move to it and press <kbd>w</kbd> to put it on the list that is shown.
        </p>
        <button type="submit" className="primary">
          Make it
        </button>
      </form>
    </Dialog>
  );
}
