import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AuroraError, messageOf } from '../kit/errors.ts';
import { type AtFaultPoint, passBy } from '../kit/fault-points.ts';
import { first } from './migrations/0001-first.ts';
import { trust } from './migrations/0002-trust.ts';
import { bars } from './migrations/0003-bars.ts';

/** The store cannot be used as it is; the message names the file and the remedy. */
export class StoreError extends AuroraError {
  readonly code = 'AURORA_STORE';
}

/** There is no file where a store should be. */
export class NoStoreError extends StoreError {}

/** Numbered by place: migration n brings the file from user_version n to n + 1. Never edited after release. */
const MIGRATIONS: readonly string[] = [first, trust, bars];
/** The schema that this Aurora writes; an older file is brought up to it, a newer one refused. */
export const SCHEMA = MIGRATIONS.length;

/** Two connections can lose a WAL reset before this version (SQLite's release notes of 3.51.3). */
const SQLITE_MIN = [3, 51, 3] as const;

/** A busy wait blocks the whole thread, so it is short. */
const BUSY_MS = 50;
const WAL_KEPT_BYTES = 64 * 1024 * 1024;

declare const writable: unique symbol;
/** The one connection that may write; only the writer has it. */
export type WritableDb = Database.Database & { readonly [writable]: true };

export interface OpenOptions {
  /** Makes a copy of a store that is about to be migrated. */
  backUp?: (db: Database.Database, version: number) => void;
  at?: AtFaultPoint;
}

export function assertSqlite(version: string): void {
  const parts = version.split('.').map(Number);
  for (const [place, least] of SQLITE_MIN.entries()) {
    const part = parts[place] ?? 0;
    if (part > least) return;
    if (part < least)
      throw new StoreError(`SQLite ${version} can lose committed writes; ${SQLITE_MIN.join('.')} or newer is needed`);
  }
}

/** The schema of a file. */
export const schemaOf = (db: Database.Database): number => db.pragma('user_version', { simple: true }) as number;

/** Brings an older file up in one transaction, after a copy of it was made. */
function migrate(db: Database.Database, { backUp, at = passBy }: OpenOptions): void {
  const version = schemaOf(db);
  if (version === SCHEMA) return;
  if (version > 0) backUp?.(db, version);
  db.transaction(() => {
    at('migrate_before');
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.pragma(`user_version = ${SCHEMA}`);
    at('migrate_after');
  })();
}

/**
 * Opens for writing: WAL, synchronous=FULL, so that a commit that returned is on the disk. A newer file is
 * refused before any write (StoreError); what SQLite says is thrown as it comes.
 */
export function openWritable(file: string, options: OpenOptions = {}): WritableDb {
  const db = new Database(file, { timeout: BUSY_MS });
  try {
    assertSqlite(db.prepare('SELECT sqlite_version()').pluck().get() as string);
    const version = schemaOf(db);
    if (version > SCHEMA)
      throw new StoreError(
        `The store ${file} has schema ${version}, this Aurora knows ${SCHEMA}: start the newer Aurora that wrote it, or choose another --data folder`,
      );
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // macOS's plain fsync leaves the drive's cache (SQLite, pragma fullfsync).
    db.pragma('fullfsync = ON');
    db.pragma('checkpoint_fullfsync = ON');
    db.pragma('foreign_keys = ON');
    db.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
    migrate(db, options);
  } catch (error) {
    db.close();
    throw error;
  }
  return db as WritableDb;
}

/** Opens for reading; throws NoStoreError where there is none. */
export function openReadable(file: string): Database.Database {
  if (!existsSync(file)) throw new NoStoreError(`There is no store at ${file}: check --data`);
  try {
    return new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  } catch (cause) {
    throw new StoreError(`The store ${file} cannot be read (${messageOf(cause)})`, { cause });
  }
}
