import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { makeFolder } from '../kit/make-folder.ts';
import { instantIn, stampOf } from './dated-name.ts';
import { copyWhole } from './part-file.ts';

/** Backups lie beside the store that they are of. */
const backupFolder = (file: string): string => join(dirname(file), 'backups');

/** A name for a backup of now. */
export const backupName = (file: string, now: number): string => join(backupFolder(file), `aurora-${stampOf(now)}.db`);

const BACKUP = /^aurora-.*\.db$/;

/** What cannot be listed has nothing in it that would be of use. */
function pathsIn(folder: string, pattern: RegExp): string[] {
  try {
    const names = readdirSync(folder).filter((name) => pattern.test(name));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Paths of the backups of a store, oldest first. */
export const backupsOf = (file: string): string[] => pathsIn(backupFolder(file), BACKUP);

/** Paths of backups that are being made, or whose making was cut off. */
export const partsOf = (file: string): string[] => pathsIn(backupFolder(file), /\.part(-journal)?$/);

export const newestBackup = (file: string): string | undefined => backupsOf(file).at(-1);

/** When the newest backup was taken (epoch ms); null where there is none. One of the future is a clock's mistake. */
export function lastBackup(file: string, now: number): number | null {
  const taken = backupsOf(file).flatMap((name) => instantIn(name) ?? []);
  return taken.filter((at) => at <= now).at(-1) ?? null;
}

/** Whole or not at all; a file copy without its -wal would lose commits, so SQLite makes it. */
export function backUpBeforeMigration(db: Database.Database, file: string, version: number): void {
  makeFolder(backupFolder(file));
  copyWhole(db, join(backupFolder(file), `before-schema-${version + 1}.db`), () => {});
}
