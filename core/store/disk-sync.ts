import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Brings what was written to a file to the disk. */
export function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A new or renamed file is there for good once its folder is synced; systems that cannot sync one do without. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Windows opens no folder for syncing.
  }
}
