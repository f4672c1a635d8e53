import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A shell line that runs a command with a small or read-only disk of its own in place of a folder. */
export interface Disk {
  mount: string;
  folder: string;
}

/** Whether this machine lets an ordinary program mount a disk for itself alone. */
export const canMount = (): boolean => spawnSync('unshare', ['-rm', 'true']).status === 0;

/** A disk of `size` ("256k") that `fill` bytes of it are taken of. */
export function smallDisk(folder: string, size: string, fill: number): Disk {
  const ballast = join(folder, 'ballast');
  mkdirSync(folder, { recursive: true });
  return { folder, mount: `mount -t tmpfs -o size=${size} tmpfs ${folder} && head -c ${fill} /dev/zero > ${ballast}` };
}

/** A folder that nothing can be written to, whoever asks: root passes over file modes. */
export function readOnlyDisk(folder: string): Disk {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'seen'), '');
  return { folder, mount: `mount --bind ${folder} ${folder} && mount -o remount,ro,bind ${folder}` };
}
