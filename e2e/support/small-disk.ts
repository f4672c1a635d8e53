import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What to put in front of a command that is to have a disk of its own in place of a folder. */
export interface Disk {
  enter: readonly string[];
  folder: string;
}

/** Whether this machine lets an ordinary program mount a disk for itself alone. */
export const canMount = (): boolean => spawnSync('unshare', ['-rm', 'true']).status === 0;

const alone = (mount: string): string[] => ['unshare', '-rm', 'sh', '-c', `${mount} && exec "$0" "$@"`];

/** A disk of `size` ("256k") that `fill` bytes of it are taken of. */
export function smallDisk(folder: string, size: string, fill: number): Disk {
  const ballast = join(folder, 'ballast');
  mkdirSync(folder, { recursive: true });
  const mount = `mount -t tmpfs -o size=${size} tmpfs ${folder} && head -c ${fill} /dev/zero > ${ballast}`;
  return { folder, enter: alone(mount) };
}

/** A folder that nothing can be written to, whoever asks: root passes over file modes. */
export function readOnlyDisk(folder: string): Disk {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'seen'), '');
  return { folder, enter: alone(`mount --bind ${folder} ${folder} && mount -o remount,ro,bind ${folder}`) };
}

/** A small disk that outlives the programs on it. */
export interface HeldDisk extends Disk {
  /** Where the test sees it. */
  seen: string;
  /** Takes every byte that is free, until it is told to give them back. */
  fill(): void;
  empty(): void;
  close(): void;
}

const BLOCK = Buffer.alloc(4096, 1);

/** Mounted by a process that does nothing else; `owner` is the id of the user whose disk it is. */
export async function heldDisk(folder: string, size: string, owner: number | null): Promise<HeldDisk> {
  mkdirSync(folder, { recursive: true });
  const asUser = owner === null ? '' : `,uid=${owner},gid=${owner}`;
  const mount = `mount -t tmpfs -o size=${size},mode=755${asUser} tmpfs ${folder} && echo held && exec sleep infinity`;
  // Another user's disk can be mounted only where root is more than a name.
  const holder = spawn('unshare', [owner === null ? '-rm' : '-m', 'sh', '-c', mount], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve, reject) => {
    holder.stdout.once('data', resolve);
    holder.once('exit', () => reject(new Error(`No disk could be mounted on ${folder}`)));
  });
  process.once('exit', () => holder.kill('SIGKILL'));
  const seen = join(`/proc/${holder.pid}/root`, folder);
  const ballast = join(seen, 'ballast');
  const user = owner === null ? ['-U', '--preserve-credentials'] : [];
  return {
    folder,
    seen,
    enter: ['nsenter', '-t', String(holder.pid), '-m', ...user],
    fill() {
      const handle = openSync(ballast, 'w');
      try {
        for (;;) writeSync(handle, BLOCK);
      } catch {
        // Full: that was the aim.
      } finally {
        closeSync(handle);
      }
    },
    empty: () => rmSync(ballast),
    close: () => void holder.kill('SIGKILL'),
  };
}
