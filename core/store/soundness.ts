import type Database from 'better-sqlite3';
import { isUnreadable } from './failure.ts';
import { openWritable, SCHEMA, schemaOf, type WritableDb } from './open.ts';

const INDEX_MENDED = 'An index of the store was damaged and was built anew: no result is lost by that';

/**
 * Finds out whether the pages of a file hang together and its tables are what this Aurora made. What only
 * an index has lost is mended; the sentence says so, null where nothing was wrong. Throws SQLITE_CORRUPT
 * for any other damage. That rows are what was written, only their hashes tell.
 */
export function makeSound(db: WritableDb): string | null {
  const wrong = complaintOf(db);
  if (wrong === null) return null;
  mend(db);
  const left = complaintOf(db);
  if (left !== null) throw damaged(left);
  return INDEX_MENDED;
}

/** What SQLite or the schema has against a file, in a few words; null for one that is sound. */
export function complaintOf(db: Database.Database): string | null {
  try {
    const said = db.pragma('integrity_check(1)', { simple: true }) as string;
    return said === 'ok' ? schemaComplaintOf(db) : said.replace(/\s+/g, ' ');
  } catch (error) {
    if (isUnreadable(error)) return (error as Error).message;
    throw error;
  }
}

const damaged = (what: string): Error => Object.assign(new Error(what), { code: 'SQLITE_CORRUPT' });

/** An index holds nothing that its table does not have. */
function mend(db: WritableDb): void {
  try {
    db.exec('REINDEX');
  } catch (error) {
    // A row that stands twice, or a page that cannot be read, is no matter of an index.
    if (!isUnreadable(error) && !/CONSTRAINT/.test((error as { code?: string }).code ?? '')) throw error;
  }
}

const madeOf = (db: Database.Database): Map<string, string> =>
  new Map(db.prepare('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL').raw().all() as [string, string][]);

/** Another bit in a table's own definition may hide or bend every row that is written from then on. */
function schemaComplaintOf(db: Database.Database): string | null {
  if (schemaOf(db) !== SCHEMA) return null;
  const fresh = openWritable(':memory:');
  const expected = madeOf(fresh);
  fresh.close();
  const found = madeOf(db);
  for (const [name, sql] of expected) if (found.get(name) !== sql) return `the definition of ${name} is not its own`;
  return null;
}
