import { createHash } from 'node:crypto';
import { basename, join, sep } from 'node:path';
import { UsageError } from '../kit/errors.ts';
import { parseBars } from '../market/csv.ts';
import { assertReplayable } from '../market/replay-feed.ts';
import type { Series } from '../market/series.ts';
import { writeTextPrivately } from './private-file.ts';

const NAME_MAX = 100;
const FOLDER = 'imports';

const folderOf = (data: string): string => join(data, FOLDER);

/** Whether a file came here by an import: other files of this machine are not for a page to name. */
export const isImported = (data: string, file: string): boolean =>
  file.startsWith(folderOf(data) + sep) && !file.split(/[\\/]/).includes('..');

/** What is left of a name that somebody gave; commas would part it in a list of files. */
const plainName = (name: string): string =>
  basename(name.replaceAll('\\', '/'))
    .replaceAll(/[^\w.&@+-]/g, '_')
    .replace(/^\.+/, '')
    .slice(-NAME_MAX);

/** Keeps a file of bars in the data folder once it was read; throws UsageError, one line, where it cannot be used. */
export function importBars(data: string, name: string, text: string): { file: string; series: Series } {
  const plain = plainName(name);
  if (plain === '') throw new UsageError('the file has no name, and its name says what symbol it is of');
  const series = parseBars(text, plain);
  assertReplayable([series]);
  // Another file of the same name is another replay, which does not go on where the first one stood.
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const file = join(folderOf(data), mark, plain);
  writeTextPrivately(file, text);
  return { file, series };
}
