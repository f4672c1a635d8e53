// What only the tests need: fetched once, used by no other command.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageApp } from './app-files.mjs';
import { electron } from './equipment-electron.mjs';
import { program, root } from './set-up.mjs';

const FETCH_MS = 5 * 60_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const answers = (command, args) => spawnSync(command, args, { stdio: 'ignore', timeout: FETCH_MS }).status === 0;
const inPath = (name) => {
  const found = spawnSync(process.platform === 'win32' ? 'where' : 'which', [name], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.split('\n')[0].trim() : null;
};

const isRootOnDebian = () =>
  process.getuid?.() === 0 && existsSync('/etc/debian_version') && inPath('apt-get') !== null;

/** Installs Debian's packages; false where they cannot be had. */
export function debian(...packages) {
  if (!isRootOnDebian()) return false;
  console.error(`Test equipment: ${packages.join(' ')}…`);
  const install = () => answers('apt-get', ['install', '-y', '--no-install-recommends', ...packages]);
  return install() || (answers('apt-get', ['update']) && install());
}

async function playwrightsOwn() {
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return existsSync(path) ? path : null;
}

/** Path of a Chromium; ends the program with what to do where there is none. */
export async function chromium() {
  const given = process.env.AURORA_CHROMIUM;
  if (given) return given;
  const here = async () => (await playwrightsOwn()) ?? NAMES.map(inPath).find(Boolean) ?? null;
  const found = await here();
  if (found) return found;
  if (!debian('chromium', 'fonts-liberation')) {
    console.error('Test equipment: a browser…');
    answers(process.execPath, [join(root, 'node_modules', 'playwright', 'cli.js'), 'install', 'chromium']);
  }
  const fetched = await here();
  if (fetched) return fetched;
  console.error(
    'The browser tests need a Chromium: run npx playwright install chromium, or set AURORA_CHROMIUM to the path of one, and run npm test again.',
  );
  process.exit(1);
}

const libraryMissing = (executable) =>
  spawnSync('ldd', [executable], { encoding: 'utf8' }).stdout?.includes('not found');

/** An Electron to open windows with, and what it needs of the system; ends the program with what to do where there is none. */
export function windowEquipment() {
  try {
    const found = electron();
    const needed =
      process.platform === 'linux' && (!inPath('Xvfb') || libraryMissing(join(found.dist, found.executable)));
    if (needed && !debian('xvfb', 'xauth', 'libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1'))
      throw new Error(
        'The window tests need Xvfb and GTK 3: install xvfb, libgtk-3-0, libnss3, libasound2 and libgbm1',
      );
    return found;
  } catch (error) {
    console.error(`${error.message}. Then run npm test again.`);
    process.exit(1);
  }
}

/** A display that nobody sees, where the system is one that needs it; resolves with what to close and where it is. */
export async function display() {
  if (process.platform !== 'linux') return { env: {}, close: () => {} };
  // Without -noreset it begins anew once its last window is closed, and cuts off whoever comes just then.
  const screen = ['-noreset', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp', '-ac'];
  const server = spawn('Xvfb', ['-displayfd', '3', ...screen], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise((resolve, reject) => {
    server.stdio[3].once('data', (part) => resolve(String(part).trim()));
    server.once('exit', () => reject(new Error('Xvfb ended at its start')));
  });
  return { env: { DISPLAY: `:${number}` }, close: () => server.kill() };
}

const PYTHONS = ['/usr/bin/python3', 'python3', 'python'];
const speaksSocketIo = (python) => answers(python, ['-c', 'import socketio, websocket']);

/** Path of a Python that can run the example agent; ends the program with what to do where there is none. */
function pythonEquipment() {
  const given = process.env.AURORA_TEST_PYTHON;
  if (given) return given;
  const here = () => PYTHONS.find(speaksSocketIo) ?? null;
  const found = here() ?? (debian('python3-socketio', 'python3-websocket') ? here() : null);
  if (found) return found;
  console.error(
    "The example agent's tests need a Python with python-socketio and websocket-client: run pip install 'python-socketio[client]', or set AURORA_TEST_PYTHON to the path of a Python that has them, and run npm test again.",
  );
  process.exit(1);
}

/** A program that some tests call; ends this one with what to do where it is missing. */
function programEquipment(name, tests) {
  if (inPath(name) || debian(name)) return;
  console.error(`${tests} need ${name}: install it, and run npm test again.`);
  process.exit(1);
}

/** A desktop's keyring; its tests are left out where there is none. */
function keyringEquipment() {
  if (process.platform !== 'linux' || inPath('gnome-keyring-daemon') || debian('dbus', 'gnome-keyring')) return;
  console.error('There is no gnome-keyring here: the test of keys in a keyring is left out.');
}

/** Brings all of it; resolves with the environment that the tests read, and what to close. */
export async function equip() {
  const found = windowEquipment();
  const app = mkdtempSync(join(tmpdir(), 'aurora-app-'));
  stageApp(app, found, { testable: true });
  const electron = JSON.stringify({ ...found, app });
  const browser = await chromium();
  const python = pythonEquipment();
  programEquipment('curl', 'The tests of examples/curl');
  programEquipment('strace', 'The tests of a failing disk');
  programEquipment('redis-server', 'The tests of many hosts');
  programEquipment('openssl', 'The tests of encrypted connections');
  keyringEquipment();
  const screen = await display();
  return {
    env: {
      AURORA_CHROMIUM: browser,
      AURORA_TEST_ELECTRON: electron,
      AURORA_TEST_PROGRAM: program,
      AURORA_TEST_PYTHON: python,
      ...screen.env,
    },
    close: () => {
      screen.close();
      rmSync(app, { recursive: true, force: true });
    },
  };
}
