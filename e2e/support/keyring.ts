import { spawn, spawnSync } from 'node:child_process';
import { aFolder } from './folders.ts';
import { until } from './program.ts';
import { aWindowFolder } from './window.ts';

const isRoot = process.getuid?.() === 0;
const AS_ORDINARY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];

const inPath = (name: string): boolean => spawnSync('which', [name]).status === 0;

/** Whether this machine has what a keyring takes. */
export const hasKeyring = process.platform === 'linux' && inPath('dbus-daemon') && inPath('gnome-keyring-daemon');

/** A desktop's keyring, unlocked: how a window finds it, and how to end it. */
export interface Keyring {
  readonly env: Record<string, string>;
  readonly args: readonly string[];
  close(): void;
}

/** Starts a bus and GNOME's keyring as the user of the window; what the keyring keeps lies in `home`. */
export async function startKeyring(home = aWindowFolder()): Promise<Keyring> {
  const start = (command: readonly string[], env: Record<string, string>) => {
    const [program = '', ...args] = [...(isRoot ? AS_ORDINARY : []), ...command];
    return spawn(program, args, { env: { PATH: process.env.PATH, ...env }, cwd: aFolder(), stdio: 'pipe' });
  };
  const own = { HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home };
  const bus = start(['dbus-daemon', '--session', '--nofork', '--print-address=1'], own);
  let address = '';
  bus.stdout.setEncoding('utf8').on('data', (part: string) => {
    address += part;
  });
  const env = {
    DBUS_SESSION_BUS_ADDRESS: await until(
      'the bus to say where it is',
      () => address.split('\n')[1] !== undefined && address.trim(),
    ),
  };
  const daemon = start(['gnome-keyring-daemon', '--foreground', '--unlock', '--components=secrets'], {
    ...own,
    ...env,
  });
  daemon.stdin.end('a password of the test');
  await until('the keyring to be on the bus', () => {
    const ask = [
      'dbus-send',
      '--session',
      '--print-reply',
      '--dest=org.freedesktop.DBus',
      '/',
      'org.freedesktop.DBus.NameHasOwner',
      'string:org.freedesktop.secrets',
    ];
    const [program = '', ...args] = [...(isRoot ? AS_ORDINARY : []), ...ask];
    return spawnSync(program, args, {
      env: { PATH: process.env.PATH, ...own, ...env },
      encoding: 'utf8',
    }).stdout.includes('boolean true');
  });
  return {
    env,
    args: ['--password-store=gnome-libsecret'],
    close() {
      daemon.kill();
      bus.kill();
    },
  };
}
