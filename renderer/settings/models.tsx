import { useRef, useState } from 'react';
import type { KeyPlace, KeyPlaces, SettingsView } from '../../core/contract/settings.ts';
import { Outcome } from '../parts/outcome.tsx';
import { useStores } from '../state/stores.ts';
import { useWork } from '../state/work.ts';
import { Group, Standing } from './group.tsx';
import { ChooseKeyPlace } from './key-place.tsx';
import { useChange } from './use-settings.ts';

const KEY_TEXT: Record<SettingsView['model']['key'], string> = {
  keyring: "in the system's keyring",
  file: 'in a file only you can read',
  session: 'for this session',
  environment: 'from the environment',
  none: 'none',
};

interface ModelsProps {
  settings: SettingsView;
  mayChange: boolean;
  /** Has the settings read again. */
  again(): void;
}

export function Models({ settings, mayChange, again }: ModelsProps) {
  const common = { mayChange, places: settings.key_places, again };
  return (
    <Group title="Models">
      <Model slot="model" title="Model" standing={settings.model} {...common} />
      <Model slot="fallback" title="Fallback" standing={settings.fallback} {...common} />
      {mayChange && (
        <p className="note">
          Write <code>openai:gpt-5-mini</code>, <code>ollama:qwen3</code>, <code>MODEL@https://ADDRESS/v1</code>, or{' '}
          <code>rules</code> for the built-in ones.
        </p>
      )}
    </Group>
  );
}

interface ModelProps extends Pick<ModelsProps, 'mayChange' | 'again'> {
  slot: 'model' | 'fallback';
  title: string;
  standing: SettingsView['model'];
  places: KeyPlaces;
}

function Model({ slot, title, standing, places, mayChange, again }: ModelProps) {
  const { api } = useStores();
  const change = useChange();
  const [work, start] = useWork();
  const [name, setName] = useState(standing.value);
  const [key, setKey] = useState('');
  const [chosen, setChosen] = useState<KeyPlace | null>(null);
  const place = chosen ?? places.usual;
  const keyField = useRef<HTMLInputElement>(null);
  if (!mayChange || standing.from === 'command line')
    return (
      <>
        <Standing name={title} value={`${standing.value}, key: ${KEY_TEXT[standing.key]}`} from={standing.from} />
        {standing.key_lost !== null && <p className="outcome bad">{standing.key_lost}.</p>}
      </>
    );
  const setIt = async (given: string | null): Promise<boolean> => {
    const args = { model: name, key: given, ...(given !== null && place !== null ? { keep: place } : {}) };
    try {
      return (await api.command('set_key', args)).restarts === true;
    } finally {
      again();
    }
  };
  const save = async (): Promise<string> => {
    const keyed = key !== '' && (await setIt(key));
    const isUsed = name.trim() === standing.value && keyed;
    // A key that was set for a model that is refused is not kept: it stays in its field.
    const says = isUsed ? 'The key is kept. The engine starts again.' : await change({ [slot]: name });
    setKey('');
    setChosen(null);
    return says;
  };
  const takeAway = async (): Promise<string> => {
    const restarts = await setIt(null);
    // The button that was pressed goes.
    keyField.current?.focus();
    return restarts ? 'The key is taken away. The engine starts again.' : 'The key is taken away.';
  };
  const kept = ['keyring', 'file', 'session'].includes(standing.key) || standing.key_lost !== null;
  return (
    <form
      className="model"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        start(save);
      }}
    >
      <label>
        {title}
        <input value={name} required spellCheck={false} onChange={({ target }) => setName(target.value)} />
      </label>
      {standing.key_lost !== null && <p className="outcome bad">{standing.key_lost}. Enter it again below.</p>}
      <label>
        Key
        <input
          ref={keyField}
          type="password"
          autoComplete="off"
          value={key}
          placeholder={KEY_TEXT[standing.key]}
          onChange={({ target }) => setKey(target.value)}
        />
      </label>
      {key !== '' && <ChooseKeyPlace places={places} value={place} onChoose={setChosen} />}
      <button type="submit" aria-label={`Save ${title.toLowerCase()}`} disabled={work.is === 'busy'}>
        Save
      </button>
      {kept && name.trim() === standing.value && (
        <button
          type="button"
          aria-label={`Take the key away from the ${title.toLowerCase()}`}
          disabled={work.is === 'busy'}
          onClick={() => start(takeAway)}
        >
          Take the key away
        </button>
      )}
      <Outcome work={work} />
    </form>
  );
}
