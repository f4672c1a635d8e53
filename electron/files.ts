import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EngineFiles } from '../core/engine/options.ts';

/** Where the build puts things, as seen from the bundled main script. */
const built = (...path: string[]): string => join(__dirname, '..', ...path);

export const ENGINE_FILES: EngineFiles = {
  page: built('renderer'),
  series: built('series'),
  writer: pathToFileURL(join(__dirname, 'writer-thread.cjs')),
  upkeep: pathToFileURL(join(__dirname, 'upkeep-thread.cjs')),
};
export const PRELOAD = join(__dirname, 'preload.cjs');

export function version(): string {
  const { version: text } = JSON.parse(readFileSync(built('..', 'package.json'), 'utf8')) as { version: string };
  return text;
}
