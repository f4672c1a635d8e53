import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Path of the Electron that npm start would use; null where its binary was not fetched. */
export function electronBinary(): string | null {
  const { ELECTRON_OVERRIDE_DIST_PATH: given } = process.env;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const file = join(folder, 'path.txt');
    const name = existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
    const path = name && join(given ?? join(folder, 'dist'), name);
    return path && existsSync(path) ? path : null;
  } catch {
    return null;
  }
}
