import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { EngineFiles } from '../core/engine/options.ts';

/** Where the build puts things, as seen from the bundled main script. */
const built = (...path: string[]): string => join(__dirname, '..', ...path);
const beside = (...path: string[]): string => built('..', ...path);

export const ENGINE_FILES: EngineFiles = {
  page: built('renderer'),
  series: built('series'),
  writer: pathToFileURL(join(__dirname, 'writer-thread.cjs')),
  upkeep: pathToFileURL(join(__dirname, 'upkeep-thread.cjs')),
};
export const PRELOAD = join(__dirname, 'preload.cjs');
export const WINDOW_ICON = beside('build', 'icons', '256x256.png');
export const trayIcon = (state: 'live' | 'starting' | 'down'): string => beside('build', 'tray', `${state}.png`);

const feedSchema = z.object({ url: z.url(), key: z.string() });
const manifestSchema = z.object({
  version: z.string(),
  /** Set where a test is to drive this build: it takes every switch, and feed and fault points from the environment. */
  testable: z.boolean().default(false),
  /** Where a release looks for newer ones, and the public key (Ed25519, SPKI in base64) that they are signed with. */
  update: feedSchema.nullable().default(null),
  /** Whether the packager had the makers' certificate for this system. */
  signed: z.boolean().default(false),
});
export type Manifest = z.output<typeof manifestSchema>;

/** What the app's own package.json says of this build. */
export function manifest(): Manifest {
  const told = manifestSchema.parse(JSON.parse(readFileSync(beside('package.json'), 'utf8')));
  const feed = told.testable ? process.env.AURORA_TEST_UPDATE : undefined;
  return feed ? { ...told, update: feedSchema.parse(JSON.parse(feed)) } : told;
}
