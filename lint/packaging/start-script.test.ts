import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../build/linux/AppRun', import.meta.url));
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

interface Setting {
  /** What the system's files say, by their path below /proc. */
  proc?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  /** Mode of Chromium's own helper. */
  helper?: number;
}

/** Runs the script beside a program that only says how it was started. */
function start({ proc = {}, env = {}, helper }: Setting) {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-start-'));
  made.push(folder);
  const own = join(folder, 'proc');
  for (const [path, text] of Object.entries(proc)) {
    mkdirSync(dirname(join(own, path)), { recursive: true });
    writeFileSync(join(own, path), text);
  }
  const app = join(folder, 'app');
  mkdirSync(app);
  copyFileSync(script, join(app, 'AppRun'));
  chmodSync(join(app, 'AppRun'), 0o755);
  writeFileSync(join(app, 'aurora'), '#!/bin/sh\nprintf "<%s>" started "$@"\n');
  chmodSync(join(app, 'aurora'), 0o755);
  if (helper !== undefined) {
    writeFileSync(join(app, 'chrome-sandbox'), '');
    chmodSync(join(app, 'chrome-sandbox'), helper);
  }
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...inherited } = process.env;
  const told = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace('APP', app)]));
  const { status, stdout, stderr } = spawnSync(join(app, 'AppRun'), ['--data', 'a b'], {
    encoding: 'utf8',
    env: { ...inherited, AURORA_PROC: own, ...told },
  });
  return { status, stdout, stderr, app };
}

const APPARMOR = 'sys/kernel/apparmor_restrict_unprivileged_userns';
const LABEL = 'self/attr/current';

it.each([
  ['says nothing of namespaces', {}],
  [
    'allows them',
    { [APPARMOR]: '0\n', 'sys/kernel/unprivileged_userns_clone': '1\n', 'sys/user/max_user_namespaces': '9\n' },
  ],
  ['has a profile for the program', { [APPARMOR]: '1\n', [LABEL]: 'aurora-image (unconfined)\n\0' }],
])('the program starts, with its arguments as they came, where the system %s', (_name, proc) => {
  expect(start({ proc })).toMatchObject({ status: 0, stdout: '<started><--data><a b>', stderr: '' });
});

it.each([
  ['kernel.apparmor_restrict_unprivileged_userns=0', { [APPARMOR]: '1\n' }],
  ['kernel.apparmor_restrict_unprivileged_userns=0', { [APPARMOR]: '1\n', [LABEL]: 'unconfined\n\0' }],
  ['kernel.unprivileged_userns_clone=1', { 'sys/kernel/unprivileged_userns_clone': '0\n' }],
  ['user.max_user_namespaces=10000', { 'sys/user/max_user_namespaces': '0\n' }],
])('where the system gives no namespaces it says so with the remedy, and ends with code 4: %s', (remedy, proc) => {
  const { status, stdout, stderr } = start({ proc });
  expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
  expect(stderr).toContain(`sudo sysctl -w ${remedy}\n`);
  expect(stderr).toContain('Install Aurora as a package');
});

it('the profile that it proposes is for the image itself, and for no other that only started it', () => {
  const proc = { [APPARMOR]: '1' };
  const image = '/home/me/aurora-linux-x86_64.AppImage';
  expect(start({ proc, env: { APPIMAGE: image, APPDIR: 'APP' } }).stderr).toContain(`profile aurora-image "${image}"`);
  const inAnother = start({ proc, env: { APPIMAGE: image, APPDIR: '/tmp/.mount_other' } });
  expect(inAnother.stderr).toContain(`profile aurora-image "${inAnother.app}/AppRun"`);
});

it('root’s own helper does without namespaces, but not in the mount of an image, and no other’s does', () => {
  const proc = { [APPARMOR]: '1' };
  const owned = process.platform === 'linux' && process.getuid?.() === 0 ? 0 : 4;
  expect(start({ proc, helper: 0o4755 }).status).toBe(owned);
  expect(start({ proc, helper: 0o755 }).status).toBe(4);
  expect(start({ proc, helper: 0o4755, env: { APPIMAGE: '/a.AppImage', APPDIR: 'APP' } }).status).toBe(4);
});
