import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { AuroraError, messageOf } from '../../core/kit/errors.ts';

/** The newer version cannot be put in the place of this one. */
class NotReplaceableError extends AuroraError {
  readonly code = 'AURORA_NOT_REPLACEABLE';
}

/** Throws NotReplaceableError where the file of an AppImage cannot be exchanged. */
export function assertReplaceable(file: string): void {
  try {
    accessSync(file);
    accessSync(dirname(file), constants.W_OK);
  } catch (cause) {
    throw new NotReplaceableError(
      `${file} cannot be replaced (${messageOf(cause)}): move it to a folder that you may write to, and start it there`,
      { cause },
    );
  }
}

/**
 * Puts what was fetched in the place of an AppImage, under the name that it has; `sha512` (base64) is of what was
 * offered. Throws NotReplaceableError with the old one as it was: the place is taken by a whole file or not at all.
 */
export function replaceAppImage(file: string, fetched: string, sha512: string): void {
  // What was fetched may lie on another disk, and only within one is a file exchanged in one step.
  const beside = `${file}.new`;
  try {
    copyFileSync(fetched, beside);
    settle(beside);
    if (createHash('sha512').update(readFileSync(beside)).digest('base64') !== sha512)
      throw new Error('what was fetched is no longer what was offered');
    renameSync(beside, file);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw new NotReplaceableError(`${file} cannot be replaced (${messageOf(cause)})`, { cause });
  }
}

/** Returns once a file is on its disk. */
function settle(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
