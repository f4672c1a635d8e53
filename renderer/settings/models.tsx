import { useState } from 'react';
import type { SettingsView } from '../../core/contract/settings.ts';
import { Outcome } from '../parts/outcome.tsx';
import { useStores } from '../state/stores.ts';
import { useWork } from '../state/work.ts';
import { Group, Standing } from './group.tsx';
import { useChange } from './use-settings.ts';

const KEY_TEXT = {
  kept: 'its key is kept here and cannot be read again',
  environment: 'its key is in the environment',
  none: 'no key',
} as const;

const KEY_HINT = { kept: 'kept, never shown', environment: 'from the environment', none: 'none' } as const;

export function Models({ settings, mayChange }: { settings: SettingsView; mayChange: boolean }) {
  return (
    <Group title="Models">
      <Model slot="model" title="Model" standing={settings.model} mayChange={mayChange} />
      <Model slot="fallback" title="Fallback" standing={settings.fallback} mayChange={mayChange} />
      {mayChange && (
        <p className="note">
          Write <code>openai:gpt-5-mini</code>, <code>ollama:qwen3</code>, <code>MODEL@https://ADDRESS/v1</code>, or{' '}
          <code>rules</code> for the built-in ones.
        </p>
      )}
    </Group>
  );
}

interface ModelProps {
  slot: 'model' | 'fallback';
  title: string;
  standing: SettingsView['model'];
  mayChange: boolean;
}

function Model({ slot, title, standing, mayChange }: ModelProps) {
  const { api } = useStores();
  const change = useChange();
  const [work, start] = useWork();
  const [name, setName] = useState(standing.value);
  const [key, setKey] = useState('');
  if (!mayChange || standing.from === 'command line')
    return <Standing name={title} value={`${standing.value}, ${KEY_TEXT[standing.key]}`} from={standing.from} />;
  const save = async (): Promise<string> => {
    const given = key;
    setKey('');
    const keyed = given !== '' && (await api.command('set_key', { model: name, key: given })).restarts === true;
    if (name.trim() === standing.value && keyed) return 'The key is kept. The engine starts again.';
    return change({ [slot]: name });
  };
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
      <label>
        Key
        <input
          type="password"
          autoComplete="off"
          value={key}
          placeholder={KEY_HINT[standing.key]}
          onChange={({ target }) => setKey(target.value)}
        />
      </label>
      <button type="submit" aria-label={`Save ${title.toLowerCase()}`} disabled={work.is === 'busy'}>
        Save
      </button>
      <Outcome work={work} />
    </form>
  );
}
