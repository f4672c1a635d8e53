import { UsageError } from '../kit/errors.ts';

/** Where bars come from: the bundled series, the user's files, or nowhere. */
export type FeedOption = { is: 'bundled' } | { is: 'csv'; files: readonly string[] } | { is: 'none' };

/** Reads `--feed`: nothing for the bundled replay, `csv:FILE[,FILE]`, or `none`. */
export function parseFeed(text: string | undefined): FeedOption {
  if (text === undefined || text === 'replay') return { is: 'bundled' };
  if (text === 'none') return { is: 'none' };
  const files = text.startsWith('csv:')
    ? text
        .slice('csv:'.length)
        .split(',')
        .map((file) => file.trim())
        .filter(Boolean)
    : [];
  if (files.length > 0) return { is: 'csv', files };
  throw new UsageError(`--feed ${text} is not known: use csv:FILE[,FILE], replay for the built-in one, or none`);
}
