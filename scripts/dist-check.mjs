// Whether what users install works: packages made here, driven, installed, started, removed. Linux with dpkg only.
// `npm run dist:check -- e2e` or `-- release` does one half.
import { spawnSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildPage, buildWindow, install, node24, root } from './set-up.mjs';

install();
buildPage();
buildWindow();
const { builderConfig } = await import('./dist-plan.mjs');
const { appImageTools } = await import('./dist-appimage.mjs');
const { manifest, stageApp } = await import('./app-files.mjs');
const { fuseWire } = await import('./dist-contents.mjs');
const { writeBill } = await import('./dist-bill.mjs');
const { debian, display, windowEquipment } = await import('./equipment.mjs');

/** The kinds of build, and the arguments that name the targets of each. */
const TARGETS = { e2e: ['AppImage'], release: ['deb', 'AppImage', 'tar.gz'] };
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

/** Throws unless each fuse that this binary has stands as the configuration says. */
function assertFuses(executable, fuses) {
  const wire = fuseWire(executable);
  FUSES_BY_PLACE.slice(0, wire.length).forEach((fuse, place) => {
    if (wire[place] !== (fuses[fuse] ? '1' : '0'))
      throw new Error(`The fuse ${fuse} of ${executable} is ${wire[place]}`);
  });
}

/** electron-builder.yml for one kind of build with the Electron at hand. */
function configFor(kind, { folder, version }) {
  const config = builderConfig();
  const held = fuseWire(join(folder, 'electron')).length;
  for (const fuse of FUSES_BY_PLACE.slice(held)) delete config.electronFuses[fuse];
  if (kind === 'e2e') config.electronFuses.enableNodeCliInspectArguments = true;
  return {
    ...config,
    // What an AppImage has beside its program, so that it can renew itself; the place itself is told otherwise.
    publish: { provider: 'generic', url: 'http://127.0.0.1/' },
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
  const settings = configFor(kind, electron);
  writeFileSync(config, JSON.stringify(settings));
  rmSync(join(root, 'dist', 'check', kind), { recursive: true, force: true });
  const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const tools = join(root, 'dist', 'check-tools');
  appImageTools(tools);
  must(node24, [builder, '--publish', 'never', '--linux', ...TARGETS[kind], '--config', config], {
    env: {
      ...process.env,
      PATH: `${dirname(node24)}:${process.env.PATH}`,
      // What it would fetch from a release host.
      CUSTOM_FPM_PATH: join(root, 'scripts', 'dist-fpm.mjs'),
      APPIMAGE_TOOLS_PATH: tools,
      ELECTRON_BUILDER_7ZIP_PATH: '/usr/bin/7za',
      ELECTRON_BUILDER_COMPRESSION_LEVEL: '1',
      USE_HARD_LINKS: 'false',
    },
  });
  assertFuses(unpacked(kind), settings.electronFuses);
}

const unpacked = (kind) => join(root, 'dist', 'check', kind, 'linux-unpacked', 'aurora');

/** The tests of the window on the packaged program, with twenty of each crash, and those of the packages themselves. */
function drive(packaged, env) {
  console.log('\nThe build "e2e", driven…');
  const test = (args, more) =>
    must(node24, [join(root, 'node_modules', 'playwright', 'cli.js'), 'test', '--reporter=list', ...args], {
      env: { ...env, AURORA_TEST_ELECTRON: JSON.stringify({ packaged }), ...more },
    });
  test(['e2e/window'], { AURORA_CRASHES: '20' });
  const image = join(root, 'dist', 'check', 'e2e', 'aurora-linux-x86_64.AppImage');
  test(['--config', 'e2e/dist/playwright.config.ts'], { AURORA_TEST_IMAGE: image });
}

const found = windowEquipment();
// What the .deb depends on, and what the checks call.
debian('xdg-utils', 'libatspi2.0-0', 'libnotify4', 'libsecret-1-0');
debian('x11-utils', 'x11-apps', 'desktop-file-utils', 'squashfs-tools', 'p7zip-full');
const electron = electronFor(found);
const before = fuseWire(join(electron.folder, 'electron'));
const screen = await display();
let passed = false;
try {
  writeBill();
  for (const kind of kinds) build(kind, found, electron);
  if (fuseWire(join(electron.folder, 'electron')) !== before) throw new Error('The Electron at hand was changed');
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
