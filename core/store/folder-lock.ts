import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { AuroraError, messageOf, UsageError } from '../kit/errors.ts';
import { makeFolder } from '../kit/make-folder.ts';

/** Another engine works on this data folder; the message names it. */
export class FolderInUseError extends AuroraError {
  readonly code = 'AURORA_FOLDER_IN_USE';
}

const holderSchema = z.object({ name: z.string(), pid: z.number(), started_at: z.string() });
/** Who holds a data folder. */
export type Holder = z.output<typeof holderSchema>;

function readHolder(file: string): string {
  try {
    const { name, pid, started_at } = holderSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return `${name} (process ${pid}, since ${started_at})`;
  } catch {
    return 'another process';
  }
}

function unusable(folder: string, cause: unknown): UsageError {
  return new UsageError(
    `The data folder ${folder} cannot be used (${messageOf(cause)}): check that it is writable and has space, or choose another with --data`,
    { cause },
  );
}

/**
 * Takes a data folder for one engine, or throws FolderInUseError with who has it. The lock is the
 * operating system's own on a SQLite file, so that it ends with its process, however that ends.
 */
export function lockFolder(folder: string, holder: Holder): () => void {
  const file = join(folder, 'engine.lock');
  const told = join(folder, 'engine.json');
  let db: Database.Database;
  try {
    makeFolder(folder);
    db = new Database(file, { timeout: 0 });
  } catch (cause) {
    throw unusable(folder, cause);
  }
  try {
    db.exec('BEGIN IMMEDIATE');
    writeFileSync(told, `${JSON.stringify(holder, null, 2)}\n`, { mode: 0o600 });
  } catch (cause) {
    db.close();
    if ((cause as { code?: string }).code !== 'SQLITE_BUSY') throw unusable(folder, cause);
    throw new FolderInUseError(
      `The data folder ${folder} is in use by ${readHolder(told)}: end that one, or choose another folder with --data`,
      { cause },
    );
  }
  return () => {
    rmSync(told, { force: true });
    db.close();
  };
}
