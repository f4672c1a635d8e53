import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { aFolder } from './folders.ts';
import { type Disk, type HeldDisk, heldDisk } from './small-disk.ts';

/** An Electron and the staged app, or a packaged program with the app inside. */
type Equipment = { packaged: string } | { dist: string; executable: string; official: boolean; app: string };

/** What scripts/test.mjs found or fetched. */
function equipment(): Equipment {
  const told = process.env.AURORA_TEST_ELECTRON;
  if (!told) throw new Error('The window tests are started by npm test or npm run e2e, which bring an Electron');
  return JSON.parse(told) as Equipment;
}

/** The version under test. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

const isRoot = process.getuid?.() === 0;
/** `nobody`: Chromium's sandbox is for ordinary users. */
const ORDINARY = 65_534;

/** Lets the program under test write to what another user's program has made. */
export function handOver(folder: string): void {
  if (!isRoot) return;
  // A running program's files come and go; those that went need no owner.
  const give = (path: string) => lstatSync(path, { throwIfNoEntry: false }) && lchownSync(path, ORDINARY, ORDINARY);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) give(join(folder, entry));
  give(folder);
}

/** A folder that the program under test may write to. */
export function aWindowFolder(): string {
  const folder = aFolder();
  handOver(folder);
  return folder;
}

/** Hard links: a copy that costs no space, with resources of its own. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) linkTree(join(from, entry.name), join(to, entry.name));
    else linkSync(join(from, entry.name), join(to, entry.name));
  }
}

interface Stage {
  executable: string;
  args: string[];
  /** The program's own executable, whoever starts it. */
  program: string;
}

let staged: Stage | null = null;

function stage(): Stage {
  if (staged) return staged;
  const found = equipment();
  if ('packaged' in found) {
    const folder = aFolder();
    chmodSync(folder, 0o755);
    staged = { executable: asOrdinary(folder, found.packaged), args: [], program: found.packaged };
    return staged;
  }
  // Beside the cache, since hard links do not cross disks.
  const folder = aFolder(found.official ? undefined : join(found.dist, '..'));
  chmodSync(folder, 0o755);
  if (found.official) {
    cpSync(found.app, join(folder, 'app'), { recursive: true });
    const program = join(found.dist, found.executable);
    staged = { executable: asOrdinary(folder, program), args: [join(folder, 'app')], program };
    return staged;
  }
  linkTree(found.dist, join(folder, 'electron'));
  cpSync(found.app, join(folder, 'electron', 'resources', 'app'), { recursive: true });
  // What a packaged program has beside it, so that it can renew itself.
  writeFileSync(join(folder, 'electron', 'resources', 'app-update.yml'), 'updaterCacheDirName: aurora-updater\n');
  const program = join(folder, 'electron', found.executable);
  staged = { executable: asOrdinary(folder, program), args: [], program };
  return staged;
}

/** The executable of the program under test. */
export const stagedProgram = (): string => stage().program;

/** The same program as another version of itself: its executable. */
export function otherVersion(version: string): string {
  const own = dirname(stage().program);
  // Beside the program, since hard links do not cross disks.
  const folder = aFolder(dirname(own));
  chmodSync(folder, 0o755);
  linkTree(own, folder);
  renumber(folder, version);
  return join(folder, basename(stage().program));
}

/** Makes the program in a folder another version, whose number is as long as its own. */
export function renumber(folder: string, version: string): void {
  const resources = join(folder, 'resources');
  for (const file of [join(resources, 'app.asar'), join(resources, 'app', 'package.json')]) {
    if (!existsSync(file)) continue;
    // latin1 gives back each byte as it was: the archive is a text in part only.
    const before = readFileSync(file, 'latin1');
    const after = before.replaceAll(`"version": "${VERSION}"`, `"version": "${version}"`);
    if (after === before || after.length !== before.length) throw new Error(`${file} cannot be version ${version}`);
    rmSync(file);
    writeFileSync(file, after, 'latin1');
  }
}

/** As root, a program that gives up root's rights before it becomes Electron. */
function asOrdinary(folder: string, executable: string): string {
  if (!isRoot) return executable;
  const script = join(folder, 'as-ordinary.sh');
  writeFileSync(
    script,
    `#!/bin/sh\nexec setpriv --reuid ${ORDINARY} --regid ${ORDINARY} --clear-groups "${executable}" "$@"\n`,
  );
  chmodSync(script, 0o755);
  return script;
}

export interface AuroraWindow {
  app: ElectronApplication;
  page: Page;
}

const switches = (data: string, args: readonly string[]): string[] => [
  ...stage().args,
  '--disable-gpu',
  '--data',
  data,
  ...args,
];

function environment(more: Record<string, string> = {}): Record<string, string> {
  const home = aWindowFolder();
  const { XDG_CONFIG_HOME: _config, ...inherited } = process.env as Record<string, string>;
  return { ...inherited, HOME: home, XDG_RUNTIME_DIR: home, ...more };
}

/** A disk that the program under test can have its data folder on. */
export const aWindowDisk = (size: string): Promise<HeldDisk> => heldDisk(aFolder(), size, isRoot ? ORDINARY : null);

/** A program that enters a disk and becomes Electron there; not as the disk's root, for which Electron has no sandbox. */
function onDisk({ enter }: Disk, executable: string): string {
  const script = join(aFolder(), 'on-disk.sh');
  const user = isRoot ? [] : ['unshare', `--map-user=${process.getuid?.()}`, `--map-group=${process.getgid?.()}`];
  writeFileSync(script, `#!/bin/sh\nexec ${[...enter, ...user].join(' ')} "${executable}" "$@"\n`);
  chmodSync(script, 0o755);
  return script;
}

/** Starts the app in a real Electron, sandbox on, on a disk of its own where one is given, and waits for its window. */
export async function openWindow(
  data: string,
  args: readonly string[],
  disk?: Disk,
  env?: Record<string, string>,
): Promise<AuroraWindow> {
  const { executable } = stage();
  const app = await _electron.launch({
    executablePath: disk ? onDisk(disk, executable) : executable,
    chromiumSandbox: true,
    args: switches(data, args),
    env: environment(env),
  });
  return { app, page: await app.firstWindow() };
}

/** Starts the app as a person would and waits for its end: its exit code, and what it said of itself. */
export function startToEnd(data: string, args: readonly string[]): Promise<{ code: number | null; said: string[] }> {
  const child = spawn(stage().executable, switches(data, args), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment(),
  });
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return new Promise((resolve) =>
    child.once('close', (code) =>
      resolve({ code, said: text.split('\n').filter((line) => line.startsWith('aurora: ')) }),
    ),
  );
}

/** Starts the app as a person would and resolves with its exit code. */
export const startAgain = async (data: string, args: readonly string[]): Promise<number | null> =>
  (await startToEnd(data, args)).code;
