import Database from 'better-sqlite3';
import { AuroraError, messageOf } from '../kit/errors.ts';
import { first } from './migrations/0001-first.ts';

/** The store cannot be used as it is; the message names the file and the remedy. */
export class StoreError extends AuroraError {
  readonly code = 'AURORA_STORE';
}

/** Numbered by place: migration n brings the file from user_version n to n + 1. Never edited after release. */
const MIGRATIONS: readonly string[] = [first];

/** Two connections can lose a WAL reset before this version (SQLite's release notes of 3.51.3). */
const SQLITE_MIN = [3, 51, 3] as const;

/** A busy wait blocks the whole thread, so it is short. */
const BUSY_MS = 50;

declare const writable: unique symbol;
/** The one connection that may write; only the writer has it. */
export type WritableDb = Database.Database & { readonly [writable]: true };

export function assertSqlite(version: string): void {
  const parts = version.split('.').map(Number);
  for (const [place, least] of SQLITE_MIN.entries()) {
    const part = parts[place] ?? 0;
    if (part > least) return;
    if (part < least)
      throw new StoreError(`SQLite ${version} can lose committed writes; ${SQLITE_MIN.join('.')} or newer is needed`);
  }
}

function open(file: string, options: Database.Options): Database.Database {
  try {
    return new Database(file, { timeout: BUSY_MS, ...options });
  } catch (cause) {
    throw new StoreError(
      `The store ${file} cannot be opened (${messageOf(cause)}): check that the folder exists, is writable and has space`,
      { cause },
    );
  }
}

/** Refuses a newer file before any write, and brings an older one up in one transaction. */
function migrate(db: Database.Database, file: string): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > MIGRATIONS.length)
    throw new StoreError(
      `The store ${file} has schema ${version}, this Aurora knows ${MIGRATIONS.length}: start the newer Aurora that wrote it, or choose another --data folder`,
    );
  if (version === MIGRATIONS.length) return;
  db.transaction(() => {
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.pragma(`user_version = ${MIGRATIONS.length}`);
  })();
}

/** Opens for writing: WAL, synchronous=FULL, so that a commit that returned is on the disk. */
export function openWritable(file: string): WritableDb {
  const db = open(file, {});
  try {
    assertSqlite(db.prepare('SELECT sqlite_version()').pluck().get() as string);
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version <= MIGRATIONS.length) {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      // macOS's plain fsync leaves the drive's cache (SQLite, pragma fullfsync).
      db.pragma('fullfsync = ON');
      db.pragma('checkpoint_fullfsync = ON');
      db.pragma('foreign_keys = ON');
      db.pragma('journal_size_limit = 67108864');
    }
    migrate(db, file);
  } catch (error) {
    db.close();
    if (error instanceof AuroraError) throw error;
    throw new StoreError(`The store ${file} cannot be used (${messageOf(error)})`, { cause: error });
  }
  return db as WritableDb;
}

export const openReadable = (file: string): Database.Database => open(file, { readonly: true, fileMustExist: true });
