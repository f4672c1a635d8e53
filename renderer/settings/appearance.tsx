import { useStore } from 'zustand/react';
import { DENSITIES, type Density, THEMES, type Theme } from '../state/appearance.ts';
import { useStores } from '../state/stores.ts';
import { Group } from './group.tsx';

const THEME_TEXT: Record<Theme, string> = { system: 'As the system', dark: 'Dark', light: 'Light' };
const DENSITY_TEXT: Record<Density, string> = { roomy: 'Roomy rows', compact: 'Compact rows' };

export function Appearance() {
  const { appearance } = useStores();
  const { theme, density } = useStore(appearance);
  return (
    <Group title="Appearance">
      <fieldset className="line">
        <legend className="unseen">Theme</legend>
        {THEMES.map((one) => (
          <label key={one} className="check">
            <input
              type="radio"
              name="theme"
              checked={theme === one}
              onChange={() => appearance.setState({ theme: one })}
            />
            {THEME_TEXT[one]}
          </label>
        ))}
      </fieldset>
      <fieldset className="line">
        <legend className="unseen">Density</legend>
        {DENSITIES.map((one) => (
          <label key={one} className="check">
            <input
              type="radio"
              name="density"
              checked={density === one}
              onChange={() => appearance.setState({ density: one })}
            />
            {DENSITY_TEXT[one]}
          </label>
        ))}
      </fieldset>
    </Group>
  );
}
