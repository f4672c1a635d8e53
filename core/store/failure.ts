import { messageOf } from '../kit/errors.ts';

/** Why a commit did not reach the disk, and what that asks for. */
export type StoreFailure =
  /** The connection is well; it works again when the cause is gone. */
  | { is: 'full' | 'busy' | 'refused'; sentence: string }
  /** Nobody can say what is on the disk now: close, reopen, verify. */
  | { is: 'unsure'; sentence: string }
  | { is: 'damaged'; sentence: string };

/** The code of an error of SQLite or of the system; empty where there is none. */
export const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '');

/** Whether SQLite could not read a page of the file; the rows on other pages can still be read. */
export const isUnreadable = (error: unknown): boolean => /^SQLITE_(CORRUPT|IOERR)/.test(codeOf(error));

const KINDS: readonly [RegExp, StoreFailure['is'], string][] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, 'full', 'the disk is full: make room and it goes on by itself'],
  [/^SQLITE_(BUSY|LOCKED)/, 'busy', 'another program holds the store locked: end that one and it goes on by itself'],
  [
    /^(SQLITE_(READONLY|PERM|AUTH|CANTOPEN)|EROFS|EACCES|EPERM|ENOENT)/,
    'refused',
    'the data folder cannot be written to: see that it is there and writable, and it goes on by itself',
  ],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'damaged', 'the store is damaged'],
];

/** Reads what SQLite or the system said. */
export function failureOf(error: unknown): StoreFailure {
  const code = codeOf(error);
  for (const [pattern, is, sentence] of KINDS) if (pattern.test(code)) return { is, sentence };
  return { is: 'unsure', sentence: `the disk reports an error (${messageOf(error)})` };
}
