// The app as it is installed: a folder with its own package.json, which an Electron runs and electron-builder packs.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './set-up.mjs';

/** Node 18.15 lacks what pino calls when it is loaded; the product's own Electron has it. */
const SHIM = `const channel = require('node:diagnostics_channel');
channel.tracingChannel ??= () => ({ hasSubscribers: false, traceSync: (run, _context, self, ...args) => run.apply(self, args) });
require('./dist/electron/main.cjs');
`;

export const manifest = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * Stages the built app in `folder` for one Electron (as equipment-electron.mjs names it). `testable` lets
 * Playwright's switches in; `update` is {url, key} of a release's own updates, null for none; `signed` says that
 * the makers' certificate is put to it.
 */
export function stageApp(folder, { sqlite, official }, { testable = false, update = null, signed = false } = {}) {
  const app = (...path) => join(folder, ...path);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ['electron', 'renderer', 'series'])
    cpSync(join(root, 'dist', part), app('dist', part), { recursive: true });
  for (const part of ['tray', 'icons']) cpSync(join(root, 'build', part), app('build', part), { recursive: true });
  cpSync(sqlite, app('node_modules', 'better-sqlite3'), { recursive: true });
  if (!official) writeFileSync(app('shim.cjs'), SHIM);
  const { name, version, description, license, dependencies } = manifest();
  const told = {
    name,
    productName: 'Aurora',
    desktopName: 'aurora.desktop',
    version,
    description,
    license,
    author: 'The Aurora authors <maintainers@aurora.example>',
    homepage: 'https://aurora.example/',
    main: official ? 'dist/electron/main.cjs' : 'shim.cjs',
    dependencies: { 'better-sqlite3': dependencies['better-sqlite3'] },
    ...(testable ? { testable } : {}),
    ...(update ? { update } : {}),
    ...(signed ? { signed } : {}),
  };
  writeFileSync(app('package.json'), `${JSON.stringify(told, null, 2)}\n`);
}
