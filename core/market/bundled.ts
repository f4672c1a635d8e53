import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, UsageError } from '../kit/errors.ts';
import { readBarsFile } from './csv.ts';
import type { Series } from './series.ts';

export type { Series } from './series.ts';

const besideThis = (): string => fileURLToPath(new URL('./series/', import.meta.url));

/** The series of the built-in replay: every CSV of the folder, by name. Throws UsageError where there is none. */
export async function loadBundled(folder: string = besideThis()): Promise<Series[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new UsageError(`${folder}: the folder of the built-in replay cannot be read: ${messageOf(cause)}`, { cause });
  });
  const files = names.filter((name) => name.endsWith('.csv')).sort();
  if (files.length === 0)
    throw new UsageError(
      `${folder}: no CSV file of the built-in replay is there: install it anew or use --feed csv:FILE`,
    );
  return Promise.all(files.map((name) => readBarsFile(join(folder, name))));
}
