import { chmodSync, copyFileSync, existsSync, linkSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Origin } from '../contract/result.ts';
import { messageOf } from '../kit/errors.ts';
import { makeFolder } from '../kit/make-folder.ts';
import { type Anchor, AnchorFile, anchorOf } from './anchor.ts';
import { stampOf } from './dated-name.ts';
import { syncFile, syncFolder } from './disk-sync.ts';
import { failureOf, isUnreadable } from './failure.ts';
import { type Inspection, inspect, withStore } from './inspect.ts';
import { StoreError } from './open.ts';
import { dropPart } from './part-file.ts';
import { tailOf } from './writer.ts';

/** The steps of a restore in their order; a process may be killed after any of them. */
export const RESTORE_STEPS = ['copied', 'renewed', 'quiet', 'kept', 'bare', 'swapped', 'named', 'anchored'] as const;

export interface RestoreOptions {
  /** The store that is to be as the backup is. Nobody else may be at work on it. */
  file: string;
  origin: Origin;
  backup: string;
  /** Epoch ms. */
  now: number;
  newId: () => string;
  /** Told of each step that is done. */
  onStep?: (step: (typeof RESTORE_STEPS)[number]) => void;
}

export interface Restored {
  backup: Inspection;
  /** Where the store of before lies now; null where there was none. */
  aside: string | null;
  /** Results of the store of before that the backup has not; null where that cannot be told. */
  missing: number | null;
}

/**
 * Puts a backup in the place of a store, under a new epoch, with an anchor that agrees. The old store is
 * kept under a dated name; a kill at any moment leaves the one or the other in place. Throws StoreError.
 */
export function restore({ file, origin, backup, now, newId, onStep = () => {} }: RestoreOptions): Restored {
  const found = inspectBackup(backup, origin);
  const folder = dirname(file);
  makeFolder(folder);
  tidyAfterKill(file);
  const part = `${file}.restoring`;
  try {
    const missing = missingIn(file, backup);
    copyTo(part, backup);
    onStep('copied');
    const tail = renew(part, newId());
    onStep('renewed');
    const aside = existsSync(file) ? join(folder, `aurora-replaced-${stampOf(now)}.db`) : null;
    if (aside) keep(file, aside, onStep);
    for (const rest of ['-shm', '-wal']) rmSync(file + rest, { force: true });
    onStep('bare');
    renameSync(part, file);
    syncFolder(folder);
    onStep('swapped');
    if (aside) renameSync(`${aside}.part`, aside);
    onStep('named');
    remember(file, tail);
    onStep('anchored');
    return { backup: found, aside, missing };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`Nothing was restored (${messageOf(error)}): ${failureOf(error).sentence}`, { cause: error });
  } finally {
    dropPart(part);
  }
}

/** Results that do not add up are no reason to do without all others: they are set aside at the next start. */
function inspectBackup(backup: string, origin: Origin): Inspection {
  const found = inspect(backup);
  if (found.origin !== origin)
    throw new StoreError(
      `${backup} is a store of ${found.origin || 'no origin'}, not of ${origin}: leave out --origin`,
    );
  if (found.damage !== null) throw new StoreError(`${backup} is damaged (${found.damage})`);
  return found;
}

function copyTo(part: string, backup: string): void {
  dropPart(part);
  withStore(backup, (db) => db.prepare('VACUUM INTO ?').run(part));
  chmodSync(part, 0o600);
}

/** Offsets above its end are given a second time from here on, so no cursor of before may hold. */
function renew(part: string, epoch: string): Anchor {
  const db = new Database(part);
  try {
    const tail = tailOf(db);
    db.transaction(() => {
      db.prepare(`UPDATE meta SET value = ? WHERE key = 'store_epoch'`).run(epoch);
      db.prepare('UPDATE consumer_groups SET offset = min(offset, ?)').run(tail.offset);
    })();
    return { epoch, ...tail };
  } finally {
    db.close();
    syncFile(part);
  }
}

/** Gives the old store a second name, under which it stays when the first goes to the new one. */
function keep(file: string, aside: string, onStep: (step: 'quiet' | 'kept') => void): void {
  for (const rest of ['-wal', '.anchor']) if (existsSync(file + rest)) copyFileSync(file + rest, aside + rest);
  bringLogHome(file);
  onStep('quiet');
  try {
    linkSync(file, `${aside}.part`);
  } catch {
    // Some file systems know no second names.
    copyFileSync(file, `${aside}.part`);
    syncFile(`${aside}.part`);
  }
  onStep('kept');
}

/** The old store has to be whole without its write-ahead log, for one moment that may be the last. */
function bringLogHome(file: string): void {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { timeout: 0 });
    const [done] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    if (done?.busy) throw new StoreError(`${file} is being read by another program: end that one first`);
  } catch (error) {
    // What is damaged is not in use, and its log lies beside it already.
    if (!isUnreadable(error) && failureOf(error).is !== 'damaged') throw error;
  } finally {
    db?.close();
  }
}

function remember(file: string, tail: Anchor): void {
  const anchor = new AnchorFile(anchorOf(file));
  anchor.write(tail);
  anchor.close();
}

/** A second name that is still that of the store itself goes; one that is all the old store has gets its own. */
function tidyAfterKill(file: string): void {
  const folder = dirname(file);
  const present = statSync(file, { bigint: true, throwIfNoEntry: false })?.ino;
  for (const name of readdirSync(folder).filter((each) => /^aurora-replaced-.*\.db\.part$/.test(each))) {
    const left = join(folder, name);
    if (statSync(left, { bigint: true }).ino === present) rmSync(left);
    else renameSync(left, join(folder, basename(name, '.part')));
  }
}

/** How many results would be gone from the screen; null where the present store cannot be read. */
function missingIn(file: string, backup: string): number | null {
  if (!existsSync(file)) return 0;
  try {
    return withStore(file, (present) =>
      withStore(backup, (db) => {
        const has = db.prepare('SELECT 1 FROM results WHERE offset = ? AND hash = ?');
        const rows = present.prepare('SELECT offset, hash FROM results').raw().iterate() as Iterable<[number, string]>;
        let missing = 0;
        for (const [offset, hash] of rows) if (!has.get(offset, hash)) missing += 1;
        return missing;
      }),
    );
  } catch (error) {
    if (error instanceof StoreError || isUnreadable(error)) return null;
    throw error;
  }
}
