import type Database from 'better-sqlite3';
import { addsUp } from './chain.ts';
import { readChainBase } from './chain-base.ts';
import { recordOf } from './record-check.ts';

/** A stored result as a copy elsewhere needs it: its text, and what it is chained to and ordered by. */
export interface OutboxRow {
  offset: number;
  task_id: string;
  task_type: string;
  /** Null, like the two below, where the type is a user's own. */
  symbol: string | null;
  analyzed_ms: number | null;
  stage_rank: number | null;
  body: string;
  hash: string;
  previous_hash: string;
}

type Columns = Omit<OutboxRow, 'previous_hash'> & { before: string | null; aside: string | null };

/** The results table read as an outbox, by whoever copies it: only what is shown is copied. */
export class Outbox {
  readonly #sql: ReturnType<typeof statements>;
  readonly #base: () => string;

  constructor(db: Database.Database) {
    this.#sql = statements(db);
    this.#base = () => readChainBase(db).hash ?? '';
  }

  after(offset: number, limit: number): OutboxRow[] {
    return this.#rows(this.#sql.after.all(offset, limit));
  }

  /** The newest of each symbol by R4, up to an offset. */
  newest(upTo: number): OutboxRow[] {
    return this.#rows(this.#sql.newest.all(upTo));
  }

  at(offset: number): OutboxRow | undefined {
    return this.#rows(this.#sql.at.all(offset))[0];
  }

  lastOffset(): number {
    return this.#sql.lastOffset.get() as number;
  }

  /** Tasks within a Sovereign call. */
  processing(): string[] {
    return this.#sql.processing.all() as string[];
  }

  #rows(rows: unknown[]): OutboxRow[] {
    return (rows as Columns[]).map(({ before, aside, ...row }) => {
      const hash = before ?? this.#base();
      // Of a row that was set aside nobody knows whether its hash or the one in its body was damaged.
      const stands = aside === null || addsUp(hash, row.body);
      return { ...row, previous_hash: stands ? hash : String(recordOf(aside)?.hash) };
    });
  }
}

const SHOWN = 'removed = 0 AND r.offset NOT IN (SELECT offset FROM set_aside)';
const BEFORE = '(SELECT max(offset) FROM results WHERE offset < r.offset)';
const COLUMNS = `r.offset, r.task_id, r.task_type, r.symbol, r.analyzed_ms, r.stage_rank, r.body, r.hash,
  (SELECT hash FROM results WHERE offset = ${BEFORE}) AS before,
  (SELECT body FROM results WHERE offset = ${BEFORE} AND offset IN (SELECT offset FROM set_aside)) AS aside`;

const statements = (db: Database.Database) => ({
  after: db.prepare(`SELECT ${COLUMNS} FROM results r WHERE r.offset > ? AND ${SHOWN} ORDER BY r.offset LIMIT ?`),
  newest:
    db.prepare(`SELECT ${COLUMNS} FROM results r WHERE r.offset IN (SELECT offset FROM (SELECT r.offset, row_number() OVER
      (PARTITION BY symbol ORDER BY analyzed_ms DESC, stage_rank DESC, r.offset DESC) AS place
      FROM results r WHERE symbol IS NOT NULL AND r.offset <= ? AND ${SHOWN}) WHERE place = 1) ORDER BY r.offset`),
  at: db.prepare(`SELECT ${COLUMNS} FROM results r WHERE r.offset = ? AND ${SHOWN}`),
  lastOffset: db.prepare('SELECT coalesce(max(offset), 0) FROM results').pluck(),
  processing: db
    .prepare(`SELECT task_id FROM tasks WHERE state = 'assigned' AND processing = 1 ORDER BY task_id`)
    .pluck(),
});
