import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import type { EngineFiles } from '../engine/options.ts';

const manifest = findPackageJSON(import.meta.url) ?? 'package.json';
const root = dirname(manifest);
/** Built, all that runs lies in one folder. */
const isBuilt = import.meta.url.endsWith('.js');
const thread = (name: string): URL => new URL(isBuilt ? `./${name}.js` : `../store/${name}.ts`, import.meta.url);

export const VERSION = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;

export const FILES: EngineFiles = {
  page: join(root, 'dist', 'renderer'),
  series: join(root, 'core', 'market', 'series'),
  writer: thread('writer-thread'),
  upkeep: thread('upkeep-thread'),
};
