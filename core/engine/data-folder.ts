import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../kit/errors.ts';
import { makeFolder } from '../kit/make-folder.ts';

/** Below this a store can hardly commit and checkpoint. */
const SPACE_MIN = 8 * 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  EROFS: 'it lies on a read-only disk',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  ENOSPC: 'the disk has no space left',
  EDQUOT: 'your quota is used up',
  EEXIST: 'a file stands in its path',
};

function probe(folder: string): void {
  const file = join(folder, '.probe');
  try {
    const handle = openSync(file, 'w', 0o600);
    try {
      writeSync(handle, Buffer.alloc(4096, 1));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } finally {
    rmSync(file, { force: true });
  }
}

/** Makes the data folder where it is missing and proves that it takes writes; throws UsageError with what to do. */
export function prepareDataFolder(folder: string): void {
  const cannot = (why: string, cause?: unknown) =>
    new UsageError(`The data folder ${folder} cannot be used: ${why}. Make room or choose another with --data`, {
      cause,
    });
  try {
    makeFolder(folder);
    probe(folder);
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw cannot(REASONS[code] ?? message, cause);
  }
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < SPACE_MIN) throw cannot(`its disk has less than ${SPACE_MIN / 1024 / 1024} MB free`);
}
