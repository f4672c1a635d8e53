import type { WyckoffPhase } from '../../core/contract/result.ts';

/** The page's colours as a canvas takes them. */
export interface ChartTheme {
  card: string;
  text: string;
  faint: string;
  line: string;
  up: string;
  down: string;
  warned: string;
  upVolume: string;
  downVolume: string;
  bands: Readonly<Record<WyckoffPhase, string | null>>;
  family: string;
  font(size: number, weight: number): string;
}

/** Reads the custom properties of tokens.css as they stand; colours are #rrggbb there. */
export function readTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const share = (name: string, alpha: string): string => `${token(name)}${alpha}`;
  const family = token('font');
  return {
    card: token('card'),
    text: token('text'),
    faint: token('faint'),
    line: token('line'),
    up: token('buy'),
    down: token('sell'),
    warned: token('hh'),
    upVolume: share('buy', '47'),
    downVolume: share('sell', '47'),
    bands: {
      accumulation: share('buy', '10'),
      distribution: share('hh', '14'),
      markup: null,
      markdown: null,
      unknown: null,
    },
    family,
    font: (size, weight) => `${weight} ${size}px ${family}`,
  };
}
