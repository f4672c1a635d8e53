import { renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, UsageError } from '../kit/errors.ts';
import { makeFolder } from '../kit/make-folder.ts';

/** Writes JSON for this user's eyes only (mode 0600), whole or not at all. */
export function writePrivately(file: string, content: unknown): void {
  try {
    makeFolder(dirname(file));
    const part = `${file}.part`;
    writeFileSync(part, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(part, file);
  } catch (cause) {
    throw new UsageError(
      `${file} cannot be written (${messageOf(cause)}): check that the folder is writable and has space, or choose another with --data`,
      { cause },
    );
  }
}
