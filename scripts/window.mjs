// Whether a start opens a window, and with which Electron: the official one, fetched at its first use.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildWindow, node24, root } from './set-up.mjs';

const ANSWER_MS = 10_000;
const RELEASES = 'https://github.com/electron/electron/releases/download/';
const IN_TERMINAL = ['--headless', '--help', '--version', '--viewer'];
const folder = join(root, 'node_modules', 'electron');

/** Path of Electron's executable; null where it was not fetched yet. */
function binary() {
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return null;
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(name, 'utf8').trim());
  return existsSync(path) ? path : null;
}

/** Why this start has no window although one was not declined; null where it can have one. */
function whyNone() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform !== 'linux') return null;
  if (!DISPLAY && !WAYLAND_DISPLAY) return 'There is no display';
  return process.getuid() === 0 ? "Electron's sandbox is not for root" : null;
}

async function answers(url) {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_MS) });
    return true;
  } catch {
    return false;
  }
}

async function fetched() {
  const host = process.env.npm_config_electron_mirror ?? process.env.ELECTRON_MIRROR ?? RELEASES;
  if (!(await answers(host))) {
    console.error('Electron cannot be fetched: its host does not answer. Aurora opens in the browser.');
    return null;
  }
  console.error('Setting up Aurora: Electron (about 110 MB, first window only)…');
  spawnSync(node24, [join(folder, 'install.js')], { stdio: ['ignore', 2, 2] });
  if (!binary()) console.error('Electron could not be fetched. Aurora opens in the browser.');
  return binary();
}

/** The command that opens a window for these arguments; null where the terminal and the browser do. */
export async function windowCommand([command, ...options]) {
  if (command !== 'start' || options.some((option) => IN_TERMINAL.includes(option))) return null;
  const none = whyNone();
  if (none) console.error(`${none}: Aurora opens in the browser.`);
  const electron = none ? null : (binary() ?? (await fetched()));
  if (!electron) return null;
  buildWindow();
  return [electron, root, ...options];
}
