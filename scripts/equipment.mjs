// What only the tests need: fetched once, used by no other command.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './set-up.mjs';

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
function debian(...packages) {
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
