import type Database from 'better-sqlite3';
import { messageOf } from '../kit/errors.ts';
import { type Anchor, anchorOf, readAnchor } from './anchor.ts';
import { isUnreadable } from './failure.ts';
import { openReadable, SCHEMA, StoreError, schemaOf } from './open.ts';
import { complaintOf } from './soundness.ts';
import { standingOf } from './standing.ts';
import { type Verification, verify } from './verify.ts';

/** All that can be said of a store's file without changing it. */
export interface Inspection extends Verification {
  /** Which of `live` and `replay` it belongs to, as it says itself. */
  origin: string;
  /** What SQLite has against its pages; null where nothing. */
  damage: string | null;
  /** In which way it is not what the anchor beside it remembers; null where it is. */
  standing: string | null;
}

/** Opens a file for reading that is to be a store; throws StoreError where it is none. */
export function openStoreFile(file: string): Database.Database {
  const db = openReadable(file);
  try {
    assertStore(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The same, closed after it was read. */
export function withStore<T>(file: string, read: (db: Database.Database) => T): T {
  const db = openStoreFile(file);
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Looks at a whole store, also beside a running engine. Throws StoreError where too little can be read to do so. */
export const inspect = (file: string): Inspection =>
  withStore(file, (db) => {
    // What was acknowledged before the look has to be there; what comes while it lasts may be.
    const anchor = readAnchor(anchorOf(file));
    const damage = complaintOf(db);
    try {
      const found = verify(db);
      return { ...found, origin: originOf(db), damage, standing: standingBeside(db, anchor, found.tail) };
    } catch (cause) {
      if (!isUnreadable(cause)) throw cause;
      throw new StoreError(`${file} is damaged (${damage ?? messageOf(cause)})`, { cause });
    }
  });

/** Which origin a file says that it is of; throws StoreError where it is no store. */
export const originIn = (file: string): string => withStore(file, originOf);

const originOf = (db: Database.Database): string =>
  (db.prepare(`SELECT value FROM meta WHERE key = 'origin'`).pluck().get() as string | undefined) ?? '';

function standingBeside(db: Database.Database, anchor: Anchor | null, tail: Anchor): string | null {
  const hashAtAnchor = db
    .prepare('SELECT hash FROM results WHERE offset = ?')
    .pluck()
    .get(anchor?.offset ?? 0) as string | undefined;
  return standingOf(anchor, { ...tail, hashAtAnchor: hashAtAnchor ?? null }).alarm;
}

function assertStore(db: Database.Database, file: string): void {
  let schema: number;
  try {
    schema = schemaOf(db);
  } catch (cause) {
    throw new StoreError(`${file} cannot be read at all: its first page is damaged, or it is no database`, { cause });
  }
  if (schema > SCHEMA)
    throw new StoreError(
      `${file} has schema ${schema}, this Aurora knows ${SCHEMA}: use the newer Aurora that wrote it`,
    );
  try {
    db.prepare('SELECT 1 FROM results, meta, tasks LIMIT 0');
  } catch (cause) {
    if (!isUnreadable(cause) && schema > 0) throw cause;
    throw new StoreError(`${file} is no store of Aurora, or its first page is damaged`, { cause });
  }
}
