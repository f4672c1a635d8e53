// Whether an AppImage starts with the project's own script and not with the packager's, which would turn the sandbox off.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './set-up.mjs';

/** Throws where an AppImage for this machine does not; those for another cannot be asked here, and are made the same way. */
export function assertStartScripts(folder) {
  const own = readFileSync(join(root, 'build', 'linux', 'AppRun'), 'utf8');
  const arch = process.arch === 'x64' ? 'x86_64' : process.arch;
  for (const name of readdirSync(folder).filter((file) => file.endsWith(`${arch}.AppImage`))) {
    const out = mkdtempSync(join(tmpdir(), 'aurora-image-'));
    try {
      spawnSync(join(folder, name), ['--appimage-extract', 'AppRun'], { cwd: out, stdio: ['ignore', 'ignore', 2] });
      if (readFileSync(join(out, 'squashfs-root', 'AppRun'), 'utf8') !== own)
        throw new Error(`${name} does not start with build/linux/AppRun`);
    } finally {
      rmSync(out, { recursive: true });
    }
  }
}
