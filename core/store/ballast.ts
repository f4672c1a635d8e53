import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const BALLAST_BYTES = 1024 * 1024;
/** Below this the ballast would itself be what fills the disk. */
const FREE_BYTES = 8 * BALLAST_BYTES;

/** A file that is given up when the disk is full, so that the write-ahead log can still be brought home. */
export class Ballast {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Makes it where it is missing and there is room; a disk without room is not worth an error. */
  load(): void {
    if (statSync(this.#file, { throwIfNoEntry: false })?.size === BALLAST_BYTES) return;
    try {
      const { bavail, bsize } = statfsSync(dirname(this.#file));
      if (bavail * bsize < FREE_BYTES) return;
      const handle = openSync(this.#file, 'w', 0o600);
      // Zeros would be holes on some file systems.
      writeSync(handle, Buffer.alloc(BALLAST_BYTES, 'aurora '));
      fsyncSync(handle);
      closeSync(handle);
    } catch {
      rmSync(this.#file, { force: true });
    }
  }

  /** True where there was something to give up. */
  drop(): boolean {
    const was = statSync(this.#file, { throwIfNoEntry: false }) !== undefined;
    rmSync(this.#file, { force: true });
    return was;
  }
}
