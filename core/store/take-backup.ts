import { existsSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { messageOf, UsageError } from '../kit/errors.ts';
import { makeFolder } from '../kit/make-folder.ts';
import { backupName, backupsOf, partsOf } from './backup.ts';
import { failureOf } from './failure.ts';
import { withStore } from './inspect.ts';
import { StoreError } from './open.ts';
import { copyWhole } from './part-file.ts';
import { complaintOf } from './soundness.ts';
import { tailOf } from './writer.ts';

/** A backup that was looked at after it was made. */
export interface MadeBackup {
  file: string;
  /** The last result in it. */
  offset: number;
  bytes: number;
}

/** So much stays free for the store itself, whatever a backup takes. */
const FREE_BYTES = 8 * 1024 * 1024;
const KEPT = 7;
/** Whoever has been at work on a part for longer is not there any more. */
const STALE_PART_MS = 3_600_000;

/**
 * Copies a store, which may be at work meanwhile, to a new file, whole or not at all, and looks at the
 * copy. Throws StoreError where it cannot; the store itself is only read.
 */
export function takeBackup(file: string, target: string): MadeBackup {
  if (existsSync(target)) throw new UsageError(`${target} is there already: name a new file`);
  try {
    makeFolder(dirname(target));
    const offset = withStore(file, (db) => {
      assertRoom(db, dirname(target));
      const before = tailOf(db);
      return copyWhole(db, target, (part) => assertCopy(part, before));
    });
    return { file: target, offset, bytes: statSync(target).size };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`No backup was made (${messageOf(error)}): ${failureOf(error).sentence}`, { cause: error });
  }
}

/** A backup of today among the store's own; the oldest beyond seven go. `now` is epoch ms. */
export function takeDatedBackup(file: string, now: number): MadeBackup {
  removeStaleParts(file, now);
  const made = takeBackup(file, backupName(file, now));
  for (const old of backupsOf(file).slice(0, -KEPT)) rmSync(old, { force: true });
  return made;
}

function assertRoom(db: Database.Database, folder: string): void {
  const size =
    (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number);
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < size + FREE_BYTES)
    throw new StoreError(
      `No backup was made: it would take ${megabytes(size)} and ${folder} has ${megabytes(bavail * bsize)} free. Make room`,
    );
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024).toLocaleString('en')} MB`;

/** Returns the last offset of a copy, which has to have all that the store had before it was copied. */
function assertCopy(part: string, before: ReturnType<typeof tailOf>): number {
  return withStore(part, (db) => {
    const complaint = complaintOf(db);
    if (complaint) throw new StoreError(`No backup was made: the copy is not whole (${complaint}). Check the disk`);
    const hash = db.prepare('SELECT hash FROM results WHERE offset = ?').pluck().get(before.offset);
    if (before.offset > 0 && hash !== before.hash)
      throw new StoreError(`No backup was made: the copy lacks the result #${before.offset}. Check the disk`);
    return tailOf(db).offset;
  });
}

function removeStaleParts(file: string, now: number): void {
  for (const part of partsOf(file)) {
    const { mtimeMs = now } = statSync(part, { throwIfNoEntry: false }) ?? {};
    if (now - mtimeMs > STALE_PART_MS) rmSync(part, { force: true });
  }
}
