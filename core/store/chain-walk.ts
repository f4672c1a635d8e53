import type Database from 'better-sqlite3';
import { readChainBase } from './chain-base.ts';
import { isUnreadable } from './failure.ts';
import { schemaOf } from './open.ts';
import type { Before, StoredRow } from './record-check.ts';

/** Offsets (both included) between two rows that have no row, or one that SQLite cannot read. */
export interface Gap {
  from: number;
  to: number;
  why: 'missing' | 'unreadable';
}

/** What was found at an offset; a row that cannot be read is null. */
interface Found {
  offset: number;
  row: StoredRow | null;
}

/**
 * Goes through the results of a store in the order of offset, from the chain's base on, past what cannot
 * be read. Each step is a short read transaction, so that it does not pin the WAL.
 */
export class ChainWalk {
  readonly gaps: Gap[] = [];
  readonly #db: Database.Database;
  readonly #sql: ReturnType<typeof statements>;
  #cursor: number;
  #before: Before | null;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#sql = statements(db);
    const base = readChainBase(db);
    this.#cursor = base.offset;
    this.#before = base.hash === null ? null : { hash: base.hash, body: null };
  }

  /** Hands over the next rows, all of one state of the store; false where there are no more. */
  next(limit: number, look: (row: StoredRow, before: Before | null) => void): boolean {
    return inOneState(this.#db, () => {
      this.#followRetention();
      const start = this.#cursor;
      const { rows, upTo } = this.#read(limit);
      for (const { offset, row } of rows) {
        this.#passOver(offset - 1, 'missing');
        if (!row) {
          this.#passOver(offset, 'unreadable');
          continue;
        }
        look(row, this.#before);
        this.#before = row;
        this.#cursor = offset;
      }
      this.#passOver(upTo, 'missing');
      return this.#cursor > start;
    });
  }

  /** What was cut off meanwhile is no gap. */
  #followRetention(): void {
    const { offset, hash } = readChainBase(this.#db);
    if (hash === null || offset <= this.#cursor) return;
    this.#cursor = offset;
    this.#before = { hash, body: null };
  }

  #passOver(to: number, why: Gap['why']): void {
    if (to <= this.#cursor) return;
    const last = this.gaps.at(-1);
    if (last?.why === why && last.to === this.#cursor) last.to = to;
    else this.gaps.push({ from: this.#cursor + 1, to, why });
    this.#cursor = to;
    this.#before = null;
  }

  /** The next rows, and up to where there are no others. */
  #read(limit: number): { rows: Iterable<Found>; upTo: number } {
    try {
      return { rows: this.#sql.page.all(this.#cursor, limit).map(found), upTo: 0 };
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      const last = this.#ask('highest') ?? this.#ask('given') ?? 0;
      const upTo = Math.min(last, this.#cursor + limit);
      return { rows: this.#inPieces(this.#cursor + 1, upTo), upTo };
    }
  }

  /** Halves what cannot be read as a whole until the rows that can are told from those that cannot. */
  *#inPieces(from: number, to: number): Generator<Found> {
    if (from > to) return;
    try {
      yield* this.#sql.range.all(from, to).map(found);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      if (from === to) return yield { offset: from, row: null };
      const middle = Math.floor((from + to) / 2);
      yield* this.#inPieces(from, middle);
      yield* this.#inPieces(middle + 1, to);
    }
  }

  #ask(what: 'highest' | 'given'): number | null {
    try {
      return (this.#sql[what].get() as number | null | undefined) ?? null;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return null;
    }
  }
}

/** Reads all of one state of the store. It ends in a rollback: a commit fails after a page that could not be read. */
function inOneState<T>(db: Database.Database, read: () => T): T {
  db.exec('BEGIN');
  try {
    return read();
  } finally {
    db.exec('ROLLBACK');
  }
}

const found = (row: unknown): Found => ({ offset: (row as StoredRow).offset, row: row as StoredRow });

/** The first schema knows neither retention nor rows that were set aside. */
export const TRUST_SCHEMA = 2;

function statements(db: Database.Database) {
  const removed = schemaOf(db) < TRUST_SCHEMA ? '0 AS removed' : 'removed';
  const rows = `SELECT offset, task_id, task_type, symbol, timeframe, analyzed_ms, stage_rank, body, hash, ${removed} FROM results`;
  return {
    page: db.prepare(`${rows} WHERE offset > ? ORDER BY offset LIMIT ?`),
    range: db.prepare(`${rows} WHERE offset BETWEEN ? AND ? ORDER BY offset`),
    highest: db.prepare('SELECT max(offset) FROM results').pluck(),
    given: db.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'results'`).pluck(),
  };
}
