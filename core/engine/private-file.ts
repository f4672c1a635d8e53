import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, UsageError } from '../kit/errors.ts';
import { makeFolder } from '../kit/make-folder.ts';

/** Writes JSON for this user's eyes only (mode 0600), whole or not at all. */
export const writePrivately = (file: string, content: unknown): void =>
  writeTextPrivately(file, `${JSON.stringify(content, null, 2)}\n`);

/** The same for text as it is; throws UsageError with what to do. */
export function writeTextPrivately(file: string, text: string): void {
  const part = `${file}.part`;
  try {
    makeFolder(dirname(file));
    writeFileSync(part, text, { mode: 0o600, flush: true });
    renameSync(part, file);
  } catch (cause) {
    if (existsSync(part)) rmSync(part, { force: true });
    throw new UsageError(
      `${file} cannot be written (${messageOf(cause)}): check that the folder is writable and has space, or choose another with --data`,
      { cause },
    );
  }
}
