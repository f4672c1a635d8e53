import { accessSync, constants, copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs';
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
 * Holds an AppImage while another takes its place, for the updater removes the old one first. What it
 * answers with ends that, and puts the old one back where no other has come.
 */
export function holdAppImage(file: string): () => void {
  const held = `${file}.old`;
  rmSync(held, { force: true });
  try {
    linkSync(file, held);
  } catch {
    // Some file systems have no links.
    copyFileSync(file, held);
  }
  return () => {
    if (existsSync(file)) rmSync(held, { force: true });
    else renameSync(held, file);
  };
}
