import type { ImportedBars } from '../feed/api.ts';

/** What is said of bars that were brought along. */
export const importedText = ({ symbol, timeframe, bars, restarts }: ImportedBars): string =>
  `${symbol}: ${bars.toLocaleString('en-GB')} bars of ${timeframe} ${
    restarts ? 'are replayed now. The first signal comes in a moment.' : 'are kept, and replayed at the next start.'
  }`;
