// Runs under whatever Node the machine has (20 or newer), before anything is installed: plain JavaScript.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const windows = process.platform === 'win32';

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(
    `Aurora needs Node 20 or newer to start, this is ${process.versions.node}: install a newer one from nodejs.org`,
  );
  process.exit(1);
}

/** The Node that Aurora itself runs on, as pinned in package.json. */
export const node24 = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node');

/** What that Node has compiled is kept for its next start, which takes little more than half the time. */
export const compiled = { NODE_COMPILE_CACHE: join(modules, '.cache', 'compiled') };

/** Ends the program with what went wrong, where a step of the set-up fails. */
export function run(command, args, { quiet = false } = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 2, 2],
    shell: windows && command === 'npm',
  });
  if (done.status === 0) return;
  if (quiet) process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}`);
  console.error(
    `aurora: ${command} ${args.join(' ')} failed${done.error ? ` (${done.error.message})` : ''}: mend what it says above and start again`,
  );
  process.exit(1);
}

const digest = (hash, path) => {
  const file = join(root, path);
  if (!existsSync(file)) return;
  const entries = readdirSync(file, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  for (const one of files.sort()) hash.update(one.slice(root.length)).update(readFileSync(one));
};

/** Runs `make` where the sources of `stamp` have changed since it last did. */
function once(stamp, sources, make) {
  const hash = createHash('sha256');
  for (const source of sources) {
    if (source.includes('.')) hash.update(readFileSync(join(root, source)));
    else digest(hash, source);
  }
  const now = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

/** Packages as the lockfile names them; nothing is fetched where npm has put them there already. */
export function install() {
  const installed = join(modules, '.package-lock.json');
  const wanted = join(root, 'package-lock.json');
  if (existsSync(node24) && existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return;
  console.error('Setting up Aurora: packages (first start only)…');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true });
}

function vite(...args) {
  run(node24, [join(modules, 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn', ...args], { quiet: true });
}

/** The page, built anew where its sources have changed. */
export function buildPage() {
  const sources = ['renderer', 'core/contract', 'core/signals', 'vite.config.ts', 'package-lock.json'];
  once(join(root, 'dist', 'renderer', '.built-from'), sources, () => {
    console.error('Setting up Aurora: the page…');
    vite();
  });
}

/** The engine and its commands, as one program. */
export const program = join(root, 'dist', 'core', 'main.js');

export function buildProgram() {
  const sources = ['core', 'vite.core.config.ts', 'package-lock.json'];
  once(join(root, 'dist', 'core', '.built-from'), sources, () => {
    console.error('Setting up Aurora: the engine…');
    vite('--config', 'vite.core.config.ts');
  });
}

/** The window's main, preload and writer scripts, and the bundled series beside them. */
export function buildWindow() {
  const sources = ['core', 'electron', 'vite.electron.config.ts', 'package-lock.json'];
  once(join(root, 'dist', 'electron', '.built-from'), sources, () => {
    console.error('Setting up Aurora: the window…');
    for (const mode of ['main', 'preload']) vite('--config', 'vite.electron.config.ts', '--mode', mode);
    cpSync(join(root, 'core', 'market', 'series'), join(root, 'dist', 'series'), { recursive: true });
  });
}
