// Whether what users install works: packages made here, driven, installed, started, removed. Linux with dpkg only.
// `npm run dist:check -- e2e` or `-- release` does one half.
import { spawnSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildPage, buildWindow, install, node24, root } from './set-up.mjs';

install();
buildPage();
buildWindow();
const { parse } = await import('yaml');
const { manifest, stageApp } = await import('./app-files.mjs');
const { writeBill } = await import('./dist-bill.mjs');
const { debian, display, windowEquipment } = await import('./equipment.mjs');

/** The kinds of build, and the arguments that name the targets of each. */
const TARGETS = { e2e: ['dir'], release: ['deb'] };
const kinds = Object.keys(TARGETS).filter((kind) => [kind, undefined].includes(process.argv[2]));
/** The fuses that a binary older than the product's does not have, by the length of its fuse wire. */
const FUSES_BY_PLACE = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
];
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

if (process.platform !== 'linux' || process.getuid() !== 0) {
  console.error(
    'dist:check installs a package with dpkg: run it as root on Debian or Ubuntu, in a container for example.',
  );
  process.exit(1);
}

function linkTree(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) linkTree(join(from, entry.name), join(to, entry.name));
    else linkSync(join(from, entry.name), join(to, entry.name));
  }
}

/** An unpacked Electron as electron-builder wants one, and its version. */
function electronFor({ dist, executable, official }) {
  if (official) return { folder: dist, version: manifest().devDependencies.electron };
  const version = /\d+\.\d+\.\d+$/.exec(dist)[0];
  const folder = mkdtempSync(join(dirname(dist), 'dist-check-'));
  linkTree(dist, folder);
  linkSync(join(dist, executable), join(folder, 'electron'));
  rmSync(join(folder, executable));
  writeFileSync(join(folder, 'version'), version);
  chmodSync(folder, 0o755);
  return { folder, version, remove: () => rmSync(folder, { recursive: true }) };
}

function fuseWire(executable) {
  const binary = readFileSync(executable);
  const at = binary.indexOf(SENTINEL) + SENTINEL.length;
  return binary.subarray(at + 2, at + 2 + binary[at + 1]).toString('latin1');
}

/** electron-builder.yml for one kind of build with the Electron at hand. */
function configFor(kind, { folder, version }) {
  const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));
  const held = fuseWire(join(folder, 'electron')).length;
  for (const fuse of FUSES_BY_PLACE.slice(held)) delete config.electronFuses[fuse];
  if (kind === 'e2e') config.electronFuses.enableNodeCliInspectArguments = true;
  return {
    ...config,
    electronDist: folder,
    electronVersion: version,
    directories: { ...config.directories, output: `dist/check/${kind}` },
  };
}

function must(command, args, options = {}) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${status})`);
}

function build(kind, found, electron) {
  console.log(`\nBuild "${kind}"…`);
  stageApp(join(root, 'dist', 'app'), found, { testable: kind === 'e2e' });
  const config = join(root, 'dist', `check-${kind}.json`);
  writeFileSync(config, JSON.stringify(configFor(kind, electron)));
  rmSync(join(root, 'dist', 'check', kind), { recursive: true, force: true });
  const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const fpm = join(root, 'scripts', 'dist-fpm.mjs');
  must(node24, [builder, '--publish', 'never', '--linux', ...TARGETS[kind], '--config', config], {
    env: { ...process.env, CUSTOM_FPM_PATH: fpm, PATH: `${dirname(node24)}:${process.env.PATH}` },
  });
}

/** The tests of the window on the packaged program, with twenty of each crash. */
function drive(packaged, env) {
  console.log('\nThe build "e2e", driven…');
  // What an AppImage has beside its program.
  writeFileSync(join(dirname(packaged), 'resources', 'app-update.yml'), 'updaterCacheDirName: aurora-updater\n');
  must(node24, [join(root, 'node_modules', 'playwright', 'cli.js'), 'test', '--reporter=list', 'e2e/window'], {
    env: { ...env, AURORA_TEST_ELECTRON: JSON.stringify({ packaged }), AURORA_CRASHES: '20' },
  });
}

const found = windowEquipment();
debian('xdg-utils', 'libatspi2.0-0', 'x11-utils', 'x11-apps', 'desktop-file-utils');
const electron = electronFor(found);
const before = fuseWire(join(electron.folder, 'electron'));
const screen = await display();
let passed = false;
try {
  writeBill();
  for (const kind of kinds) build(kind, found, electron);
  if (fuseWire(join(electron.folder, 'electron')) !== before) throw new Error('The Electron at hand was changed');
  const unpacked = (kind) => join(root, 'dist', 'check', kind, 'linux-unpacked', 'aurora');
  const env = { ...process.env, ...screen.env, PATH: `${dirname(node24)}:${process.env.PATH}` };
  if (kinds.includes('e2e')) drive(unpacked('e2e'), env);
  if (kinds.includes('release')) {
    console.log('\nThe build "release", installed…');
    const args = [join(root, 'e2e', 'dist', 'main.ts'), join(root, 'dist', 'check', 'release'), electron.folder];
    must(node24, args, { env });
  }
  passed = true;
} catch (error) {
  console.error(`\n${error.message}`);
} finally {
  screen.close();
  electron.remove?.();
}
console.log(passed ? '\ndist:check passed' : '\ndist:check FAILED');
process.exit(passed ? 0 : 1);
