import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { syncFile, syncFolder } from './disk-sync.ts';

/** Takes away a database that never came to be, and what SQLite keeps beside one while it writes. */
export function dropPart(part: string): void {
  for (const rest of ['', '-journal']) {
    try {
      rmSync(part + rest, { force: true });
    } catch {
      // Whoever could not make it has said why.
    }
  }
}

/**
 * Copies a database as it is now, with what is in its log, to a file that is there whole and synced or not at
 * all; `look` sees the copy before it gets its name, and may throw.
 */
export function copyWhole<T>(db: Database.Database, target: string, look: (part: string) => T): T {
  const part = `${target}.part`;
  dropPart(part);
  try {
    writeFileSync(part, '', { mode: 0o600 });
    db.prepare('VACUUM INTO ?').run(part);
    syncFile(part);
    const seen = look(part);
    renameSync(part, target);
    syncFolder(dirname(target));
    return seen;
  } finally {
    dropPart(part);
  }
}
