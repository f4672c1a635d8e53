import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { aFolder } from './folders.ts';
import { until } from './program.ts';
import { aWindowFolder } from './window.ts';

const isRoot = process.getuid?.() === 0;
const AS_ORDINARY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];

const inPath = (name: string): boolean => spawnSync('which', [name]).status === 0;

const asWindow = (command: readonly string[]): string[] => [...(isRoot ? AS_ORDINARY : []), ...command];

function isOnBus(env: NodeJS.ProcessEnv): boolean {
  const [program = '', ...args] = asWindow([
    'dbus-send',
    '--session',
    '--print-reply',
    '--dest=org.freedesktop.DBus',
    '/',
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.freedesktop.secrets',
  ]);
  return spawnSync(program, args, { env, encoding: 'utf8' }).stdout.includes('boolean true');
}

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
  const own = { HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home };
  const started: ChildProcess[] = [];
  const close = (): void => {
    for (const child of started.splice(0).reverse()) child.kill();
  };
  const start = (command: readonly string[], env: Record<string, string>) => {
    const [program = '', ...args] = asWindow(command);
    const child = spawn(program, args, { env: { PATH: process.env.PATH, ...own, ...env }, cwd: aFolder() });
    started.push(child);
    return child;
  };
  try {
    const bus = start(['dbus-daemon', '--session', '--nofork', '--print-address=1'], {});
    let address = '';
    bus.stdout.setEncoding('utf8').on('data', (part: string) => {
      address += part;
    });
    const told = await until(
      'the bus to say where it is',
      () => address.split('\n')[1] !== undefined && address.trim(),
    );
    const env = { DBUS_SESSION_BUS_ADDRESS: told };
    const daemon = start(['gnome-keyring-daemon', '--foreground', '--unlock', '--components=secrets'], env);
    daemon.stdin.end('a password of the test');
    await until('the keyring to be on the bus', () => isOnBus({ PATH: process.env.PATH, ...own, ...env }));
    return { env, args: ['--password-store=gnome-libsecret'], close };
  } catch (error) {
    close();
    throw error;
  }
}
