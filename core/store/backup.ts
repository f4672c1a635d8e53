import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { makeFolder } from '../kit/make-folder.ts';
import { stampOf } from './dated-name.ts';

/** Backups lie beside the store that they are of. */
export const backupFolder = (file: string): string => join(dirname(file), 'backups');

/** A name for a backup of now. */
export const backupName = (file: string, now: number): string => join(backupFolder(file), `aurora-${stampOf(now)}.db`);

const BACKUP = /^aurora-.*\.db$/;

/** Paths of the backups of a store, oldest first. */
export function backupsOf(file: string): string[] {
  const folder = backupFolder(file);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => BACKUP.test(name));
  return names.sort().map((name) => join(folder, name));
}

export const newestBackup = (file: string): string | undefined => backupsOf(file).at(-1);

/** Whole or not at all; a file copy without its -wal would lose commits, so SQLite makes it. */
export function backUpBeforeMigration(db: Database.Database, file: string, version: number): void {
  makeFolder(backupFolder(file));
  const target = join(backupFolder(file), `before-schema-${version + 1}.db`);
  rmSync(`${target}.part`, { force: true });
  db.prepare('VACUUM INTO ?').run(`${target}.part`);
  renameSync(`${target}.part`, target);
}
