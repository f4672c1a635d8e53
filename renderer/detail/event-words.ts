import type { WyckoffPhase } from '../../core/contract/result.ts';

interface Words {
  /** On the chart. */
  short: string;
  /** In full. */
  long: string;
  side: 'above' | 'below';
}

const WORDS: Readonly<Record<string, Words>> = {
  preliminary_support: { short: 'PS', long: 'preliminary support', side: 'below' },
  selling_climax: { short: 'SC', long: 'selling climax', side: 'below' },
  automatic_rally: { short: 'AR', long: 'automatic rally', side: 'above' },
  automatic_reaction: { short: 'AR', long: 'automatic reaction', side: 'below' },
  secondary_test: { short: 'ST', long: 'secondary test', side: 'below' },
  spring: { short: 'Spring', long: 'spring', side: 'below' },
  test: { short: 'Test', long: 'test', side: 'below' },
  sign_of_strength: { short: 'SOS', long: 'sign of strength', side: 'above' },
  last_point_of_support: { short: 'LPS', long: 'last point of support', side: 'below' },
  preliminary_supply: { short: 'PSY', long: 'preliminary supply', side: 'above' },
  buying_climax: { short: 'BC', long: 'buying climax', side: 'above' },
  upthrust: { short: 'UT', long: 'upthrust', side: 'above' },
  upthrust_after_distribution: { short: 'UTAD', long: 'upthrust after distribution', side: 'above' },
  sign_of_weakness: { short: 'SOW', long: 'sign of weakness', side: 'below' },
  last_point_of_supply: { short: 'LPSY', long: 'last point of supply', side: 'above' },
  close_above_range: { short: 'Above', long: 'close above the range', side: 'above' },
  close_below_range: { short: 'Below', long: 'close below the range', side: 'below' },
};

const SHORT_MAX = 10;

/** An event by its name on the wire; one that this page does not know is called what it is called there. */
export function eventWords(kind: string): Words {
  const known = Object.hasOwn(WORDS, kind) ? WORDS[kind] : undefined;
  if (known) return known;
  const long = kind.replaceAll('_', ' ');
  return { short: long.length > SHORT_MAX ? `${long.slice(0, SHORT_MAX - 1)}…` : long, long, side: 'above' };
}

/** A band's name; a stretch that nobody could read has none. */
export const BAND_NAME: Readonly<Record<WyckoffPhase, string | null>> = {
  accumulation: 'Accumulation',
  markup: 'Markup',
  distribution: 'Distribution',
  markdown: 'Markdown',
  unknown: null,
};
