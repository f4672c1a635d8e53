import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aFolder } from '../support/folders.ts';
import { aHome, dataOf, startAs } from './installed.ts';
import { call, expectThat } from './steps.ts';

const fromRoot = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const { IMAGE_AT, packImage } = (await import(fromRoot('scripts/dist-appimage.mjs').href)) as {
  IMAGE_AT: number;
  packImage(folder: string, image: string): void;
};
const { assertMachine } = (await import(fromRoot('scripts/dist-binaries.mjs').href)) as {
  assertMachine(folder: string, machine: string): number;
};
const SCRIPT = readFileSync(fileURLToPath(fromRoot('build/linux/AppRun')), 'utf8');

export { packImage };

/** The one file of a folder that ends so. */
export function theFile(folder: string, end: string): string {
  const found = readdirSync(folder).filter((name) => name.endsWith(end));
  expectThat(found.length === 1, `${folder} has ${found.length} files *${end}`);
  return join(folder, found[0] ?? '');
}

/** A new folder that an ordinary user may read. */
export function aReadableFolder(): string {
  const folder = aFolder();
  chmodSync(folder, 0o755);
  return folder;
}

/** All native modules in a folder are for this machine. */
export const isForThisMachine = (folder: string): number =>
  assertMachine(folder, `${process.platform}-${process.arch}`);

/** What an AppImage holds, unpacked. */
export function openImage(image: string): string {
  const folder = join(aReadableFolder(), 'mount');
  call('unsquashfs', ['-quiet', '-no-progress', '-offset', String(IMAGE_AT), '-dest', folder, image]);
  return folder;
}

/** What an archive holds, unpacked: the one folder in it. */
export function openArchive(archive: string): string {
  const folder = aReadableFolder();
  call('tar', ['-xzf', archive, '-C', folder]);
  const [inside = '', ...others] = readdirSync(folder);
  expectThat(others.length === 0, `the archive holds more than a folder: ${others.join(', ')}`);
  return join(folder, inside);
}

/** It starts by the project's own script, and no entry of a menu turns the sandbox off. */
export function startsByTheScript(folder: string): void {
  expectThat(readFileSync(join(folder, 'AppRun'), 'utf8') === SCRIPT, 'AppRun is not build/linux/AppRun');
  for (const entry of readdirSync(folder).filter((name) => name.endsWith('.desktop'))) {
    const text = readFileSync(join(folder, entry), 'utf8');
    expectThat(/^Exec=AppRun %U$/m.test(text), `${entry} starts it otherwise:\n${text}`);
  }
}

/** Where the system gives no user namespaces it says what to do and ends with code 4, before there is a data folder. */
export async function saysWhatIsMissing(program: string): Promise<void> {
  const proc = aReadableFolder();
  mkdirSync(join(proc, 'sys', 'kernel'), { recursive: true });
  writeFileSync(join(proc, 'sys', 'kernel', 'apparmor_restrict_unprivileged_userns'), '1\n');
  const home = aHome();
  const running = startAs(home, [program], { AURORA_PROC: proc, DISPLAY: '', TMPDIR: aHome() });
  const code = await running.exited;
  expectThat(code === 4, `it ended with ${code}:\n${running.output()}`);
  expectThat(running.output().includes('sudo sysctl -w kernel.'), `it names no remedy:\n${running.output()}`);
  expectThat(!existsSync(dataOf(home)), 'it began a data folder');
}
