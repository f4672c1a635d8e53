import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const { assertArchive } = await import(new URL('../../scripts/dist-contents.mjs', import.meta.url).href);
const { afterPack } = await import(new URL('../../scripts/dist-after-pack.mjs', import.meta.url).href);

const require = createRequire(import.meta.url);
const builder = createRequire(require.resolve('electron-builder/package.json'));
const asar = createRequire(builder.resolve('app-builder-lib/package.json'))('@electron/asar');
const prebuilds = fileURLToPath(new URL('../../node_modules/better-sqlite3/prebuilds', import.meta.url));

const MODULE = 'node_modules/better-sqlite3/prebuilds/linux-x64.node';
const NEEDED = [
  'package.json',
  'dist/electron/main.cjs',
  'dist/renderer/index.html',
  'dist/series/ADABTC-5m.csv',
  'build/tray/live@2x.png',
  'node_modules/better-sqlite3/lib/index.js',
];

/** A packed program with these files in its archive, and modules of these names, each for the first one's machine. */
async function aProgram(files: readonly string[], { modules = [MODULE], unpack = '**/*.node' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-packed-'));
  const app = join(folder, 'app');
  for (const path of [...files, ...modules]) mkdirSync(dirname(join(app, path)), { recursive: true });
  for (const path of files) writeFileSync(join(app, path), path);
  for (const path of modules) cpSync(join(prebuilds, 'linux-x64.node'), join(app, path));
  const packed = join(folder, 'packed');
  mkdirSync(join(packed, 'resources'), { recursive: true });
  await asar.createPackageWithOptions(app, join(packed, 'resources', 'app.asar'), { unpack });
  return packed;
}

const look = (packed: string) => assertArchive(join(packed, 'resources', 'app.asar'));

it('holds all that it needs, with its one native module beside it', async () => {
  const packed = await aProgram(NEEDED);
  expect(() => look(packed)).not.toThrow();
  const packager = { getResourcesDir: (folder: string) => join(folder, 'resources') };
  const context = { appOutDir: packed, electronPlatformName: 'linux', packager };
  expect(() => afterPack({ ...context, arch: 1 })).not.toThrow();
  expect(() => afterPack({ ...context, arch: 3 })).toThrow('is for linux-x64, not for linux-arm64');
});

it.each([
  'dist/electron/main.cjs.map',
  'dist/renderer/.built-from',
  'core/engine/engine.ts',
  'node_modules/better-sqlite3/src/better_sqlite3.cpp',
  'node_modules/react/index.js',
  'tokens.json',
])('does not hold %s', async (path) => {
  const packed = await aProgram([...NEEDED, path]);
  expect(() => look(packed)).toThrow(`holds ${path}`);
});

it('holds no second native module, and none inside of the archive', async () => {
  const second = await aProgram(NEEDED, { modules: [MODULE, MODULE.replace('x64', 'arm64')] });
  expect(() => look(second)).toThrow('2 native modules');
  const inside = await aProgram(NEEDED, { unpack: '' });
  expect(() => look(inside)).toThrow('unpacked');
});
