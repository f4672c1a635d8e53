import { useId } from 'react';
import type { KeyPlace, KeyPlaces } from '../../core/contract/settings.ts';

const PLACE_TEXT: Record<KeyPlace, string> = {
  keyring: "In the system's keyring",
  session: 'For this session only: it is gone when Aurora ends',
  file: 'In a file that only you can read',
};

interface Props {
  places: KeyPlaces;
  value: KeyPlace | null;
  onChoose(place: KeyPlace): void;
}

/** Where a key that is typed is to be kept; chosen by whoever types it where nothing is usual. */
export function ChooseKeyPlace({ places: { can, note }, value, onChoose }: Props) {
  const name = useId();
  return (
    <fieldset className="key-place">
      <legend>Where to keep it</legend>
      {note !== null && <p className="note">{note}</p>}
      {can.map((place) => (
        <label key={place} className="check">
          <input type="radio" name={name} required checked={value === place} onChange={() => onChoose(place)} />
          {PLACE_TEXT[place]}
        </label>
      ))}
    </fieldset>
  );
}
