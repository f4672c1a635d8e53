import { createStore, type StoreApi } from 'zustand/vanilla';

export const THEMES = ['system', 'dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];
export const DENSITIES = ['roomy', 'compact'] as const;
export type Density = (typeof DENSITIES)[number];

/** How the page looks, as the user wants it. */
export interface Appearance {
  theme: Theme;
  density: Density;
}

const THEME = 'aurora.theme';
const DENSITY = 'aurora.density';

/** Keeps `root`'s data-theme and data-density at what the user has chosen; the theme may be the system's. */
export function openAppearance(storage: Pick<Storage, 'getItem' | 'setItem'>, root: HTMLElement): StoreApi<Appearance> {
  const kept = <T extends string>(key: string, known: readonly T[], usual: T): T => {
    const said = attempt(() => storage.getItem(key));
    return known.find((one) => one === said) ?? usual;
  };
  const store = createStore<Appearance>(() => ({
    theme: kept(THEME, THEMES, 'system'),
    density: kept(DENSITY, DENSITIES, 'roomy'),
  }));
  const light = matchMedia('(prefers-color-scheme: light)');
  const apply = (): void => {
    const { theme, density } = store.getState();
    root.dataset.theme = theme === 'system' ? (light.matches ? 'light' : 'dark') : theme;
    root.dataset.density = density;
  };
  light.addEventListener('change', apply);
  store.subscribe(({ theme, density }) => {
    attempt(() => storage.setItem(THEME, theme));
    attempt(() => storage.setItem(DENSITY, density));
    apply();
  });
  apply();
  return store;
}

/** A full or forbidden storage costs what would have been remembered, nothing else. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
