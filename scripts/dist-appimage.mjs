// Stands where electron-builder has the tools for an AppImage fetched, on a machine that cannot: the system's own
// mksquashfs, and a script in place of the runtime, which unpacks what lies behind it where the real one mounts it.
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Where the file system begins in an image with that runtime. */
export const IMAGE_AT = 4096;

const RUNTIME = `#!/bin/sh
image="$(readlink -f "$0")"
APPDIR="$(mktemp -d)/mount"
unsquashfs -quiet -no-progress -offset ${IMAGE_AT} -dest "$APPDIR" "$image" >/dev/null || exit 1
export APPIMAGE="$image" APPDIR
exec "$APPDIR/AppRun" "$@"
`;
// Nobody downloads what is made here.
const FASTEST = ['-comp', 'gzip', '-Xcompression-level', '1'];
const SQUEEZE = `#!/bin/sh\nexec mksquashfs "$@" ${FASTEST.join(' ')}\n`;
const HEAD = RUNTIME.padEnd(IMAGE_AT, '\n');

/** Makes the folder of tools for this machine. */
export function appImageTools(folder) {
  const host = join(folder, `linux-${process.arch}`);
  for (const part of [host, join(folder, 'lib', 'x64')]) mkdirSync(part, { recursive: true });
  const program = (path, text) => {
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  };
  program(join(host, 'mksquashfs'), SQUEEZE);
  program(join(host, 'desktop-file-validate'), '#!/bin/sh\nexec desktop-file-validate "$@"\n');
  program(join(folder, `runtime-${process.arch}`), HEAD);
}

/** Makes an image of a folder, as electron-builder does with those tools. */
export function packImage(folder, image) {
  const args = [folder, image, '-offset', IMAGE_AT, '-all-root', '-noappend', '-no-progress', '-quiet', ...FASTEST];
  const { status, stderr } = spawnSync('mksquashfs', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mksquashfs failed: ${stderr}`);
  const file = openSync(image, 'r+');
  writeSync(file, HEAD, 0);
  closeSync(file);
  chmodSync(image, 0o755);
}
