import type Database from 'better-sqlite3';
import type { Fact, Outcome } from '../contract/facts.ts';
import { followUpOf } from '../contract/new-task.ts';
import type { Origin, TradingAnalysisResult } from '../contract/result.ts';
import { messageOf } from '../kit/errors.ts';
import type { AtFaultPoint } from '../kit/fault-points.ts';
import { parseInstant, toIso } from '../signals/instant.ts';
import type { Anchor } from './anchor.ts';
import { CHAIN_START, chainHash, sha256 } from './chain.ts';
import { codeOf } from './failure.ts';
import type { WritableDb } from './open.ts';
import { type Expired, retention } from './retention.ts';
import { progressColumns, taskColumns } from './rows.ts';

type Completed = Extract<Fact, { kind: 'completed' }>;

export interface WriterOptions {
  db: WritableDb;
  origin: Origin;
  /** Epoch ms; stamps `persisted_at`. */
  now: () => number;
  newId: () => string;
  /** Whether every cursor of before is void (design: store epoch). */
  newEpoch: boolean;
  at: AtFaultPoint;
}

const RAW_CONTENT_BYTES = 65_536;
const STORED: Outcome = { ok: true, offset: null, duplicate: false, follow_up: null };

const capped = (text: string): string => {
  const bytes = Buffer.from(text, 'utf8');
  return bytes.length <= RAW_CONTENT_BYTES ? text : new TextDecoder().decode(bytes.subarray(0, RAW_CONTENT_BYTES));
};

/**
 * The only place that writes results: assigns offset and hash, checks uniqueness again and queues the
 * follow-up. One call is one transaction; a fact that fails is left out of it, alone.
 */
export class Writer {
  readonly #db: WritableDb;
  readonly #now: () => number;
  readonly #at: AtFaultPoint;
  readonly #newId: () => string;
  readonly #sql: ReturnType<typeof statements>;
  readonly #letGo: (expired: Expired) => void;
  readonly #savepoint: (fact: Fact) => Outcome;
  #tail: Anchor;

  constructor({ db, origin, now, newId, newEpoch, at }: WriterOptions) {
    this.#db = db;
    this.#now = now;
    this.#at = at;
    this.#newId = newId;
    this.#sql = statements(db);
    this.#letGo = retention(db);
    this.#savepoint = db.transaction((fact: Fact) => this.#write(fact));
    this.#tail = db.transaction(() => {
      db.prepare(`INSERT OR IGNORE INTO meta VALUES ('store_epoch', ?), ('origin', ?)`).run(newId(), origin);
      const { offset, hash } = tailOf(db);
      const epoch = newEpoch ? this.#renewEpoch(offset) : epochOf(db);
      return { epoch, offset, hash };
    })();
  }

  /** How far the store has come. */
  get tail(): Anchor {
    return this.#tail;
  }

  /** Commits the facts of several callers at once; throws where the transaction as a whole failed. */
  commit(batches: readonly (readonly Fact[])[]): Outcome[][] {
    const before = this.#tail;
    const outcomes = this.#commitAtOnce(batches) ?? this.#commitAll(batches, (fact) => this.#attempt(fact));
    if (this.#tail !== before) this.#at('after_commit');
    return outcomes;
  }

  /** Without a savepoint for each fact, which costs more than most facts; null where a row was refused. */
  #commitAtOnce(batches: readonly (readonly Fact[])[]): Outcome[][] | null {
    try {
      return this.#commitAll(batches, (fact) => this.#write(fact));
    } catch (error) {
      if (isOfTheRow(error)) return null;
      throw error;
    }
  }

  #commitAll(batches: readonly (readonly Fact[])[], write: (fact: Fact) => Outcome): Outcome[][] {
    const before = this.#tail;
    try {
      return this.#db
        .transaction(() => {
          this.#at('tx_begin');
          const written = batches.map((facts) => facts.map(write));
          if (this.#tail !== before) this.#at('before_commit');
          return written;
        })
        .immediate();
    } catch (error) {
      this.#tail = before;
      throw error;
    }
  }

  #attempt(fact: Fact): Outcome {
    const before = this.#tail;
    try {
      return this.#savepoint(fact);
    } catch (error) {
      this.#tail = before;
      // A full disk or a failed write has ended the outer transaction too: nothing of the batch stands.
      if (!this.#db.inTransaction || !isOfTheRow(error)) throw error;
      return { ok: false, message: messageOf(error) };
    }
  }

  /** Cursors of groups that lie behind the end of the stream would pass over what comes next. */
  #renewEpoch(offset: number): string {
    const epoch = this.#newId();
    this.#sql.setEpoch.run(epoch);
    this.#sql.cutGroups.run(offset);
    return epoch;
  }

  #write(fact: Fact): Outcome {
    const sql = this.#sql;
    switch (fact.kind) {
      case 'submitted':
        sql.insertTask.run(taskColumns(fact.task));
        return STORED;
      case 'leased':
        sql.insertLease.run(fact.lease, fact.task.task_id, fact.agent_id, fact.at);
        sql.updateTask.run(progressColumns(fact.task));
        return STORED;
      case 'declined':
        sql.declineLease.run(fact.lease);
        sql.updateTask.run(progressColumns(fact.task));
        return STORED;
      case 'changed':
        sql.updateTask.run(progressColumns(fact.task));
        if (fact.task.state === 'cancelled') sql.dropBars.run(fact.task.task_id);
        return STORED;
      case 'completed':
        return this.#complete(fact);
      case 'late':
        sql.insertLate.run(fact.task_id, fact.lease, fact.agent_id, fact.at, JSON.stringify(fact.result ?? null));
        return STORED;
      case 'group_ack':
        sql.ackGroup.run(fact.group, fact.offset);
        return STORED;
      case 'set_aside':
        for (const { offset, reason } of fact.rows) sql.setAside.run(offset, reason, fact.at);
        sql.alarm.run(fact.at, asideSentence(fact.rows));
        // Who shows such a row has to let go of it, which only a screen that starts anew does.
        this.#tail = { ...this.#tail, epoch: this.#renewEpoch(this.#tail.offset) };
        return STORED;
      case 'expired':
        this.#letGo(fact);
        return STORED;
      case 'market_position':
        sql.setPosition.run(fact.feeds, fact.position);
        return STORED;
      case 'bars':
        for (const bar of fact.bars) sql.insertBar.run(fact.symbol, fact.timeframe, ...bar);
        return STORED;
    }
  }

  #complete(fact: Completed): Outcome {
    const sql = this.#sql;
    const stored = sql.offsetOf.get(fact.task.task_id) as number | undefined;
    if (stored !== undefined) return { ok: true, offset: stored, duplicate: true, follow_up: null };
    sql.updateTask.run(progressColumns(fact.task));
    sql.dropBars.run(fact.task.task_id);
    const raw = fact.raw_content === null ? null : capped(fact.raw_content);
    const { epoch } = this.#tail;
    const offset = this.#tail.offset + 1;
    const unhashed = { ...this.#body(fact, raw), store_epoch: epoch, offset };
    const hash = chainHash(this.#tail.hash, unhashed);
    const record = { ...unhashed, hash };
    const settled = fact.settled;
    sql.insertResult.run({
      offset,
      task_id: fact.task.task_id,
      task_type: fact.task_type,
      lease: fact.lease,
      symbol: settled?.symbol ?? null,
      timeframe: settled?.timeframe ?? null,
      analyzed_ms: settled && parseInstant(settled.analyzed_at),
      stage_rank: settled && (settled.stage === 'signal' ? 1 : 0),
      body: JSON.stringify(record),
      hash,
    });
    if (raw !== null) sql.insertRaw.run(offset, raw);
    this.#tail = { epoch, offset, hash };
    const follow_up = settled ? followUpOf(fact, record as TradingAnalysisResult) : null;
    if (follow_up) sql.insertTask.run(taskColumns(follow_up));
    this.#at('after_row');
    return { ok: true, offset, duplicate: false, follow_up };
  }

  #body(fact: Completed, raw: string | null): Record<string, unknown> {
    const now = Math.max(this.#now(), fact.completed_ms);
    const persisted_at = toIso(now);
    if (!fact.settled)
      return {
        task_id: fact.task.task_id,
        task_type: fact.task_type,
        result: fact.opaque ?? null,
        completed_by: fact.completed_by,
        completed_at: toIso(fact.completed_ms),
        persisted_at,
      };
    return {
      ...fact.settled,
      raw_content_hash: raw === null ? null : sha256(raw),
      latency_ms: { settled: fact.completed_ms - fact.received_ms, persisted: now - fact.received_ms },
      persisted_at,
    };
  }
}

/** Whether only this row was refused; anything else that SQLite says is about the file. */
const isOfTheRow = (error: unknown): boolean => /^(?!SQLITE_(?!CONSTRAINT|MISMATCH|TOOBIG))/.test(codeOf(error));

function asideSentence(rows: readonly { offset: number }[]): string {
  const [first, ...more] = rows.map(({ offset }) => `#${offset}`);
  const which =
    more.length === 0 ? `The stored result ${first} is` : `${rows.length} stored results (${first} and others) are`;
  return `${which} not what was written: set aside, and not shown any more. aurora verify says why, aurora restore brings a backup back`;
}

export const epochOf = (db: Database.Database): string =>
  (db.prepare(`SELECT value FROM meta WHERE key = 'store_epoch'`).pluck().get() as string | undefined) ?? '';

/** Offset and hash of the newest record; retention may take its body, never its row. */
export function tailOf(db: Database.Database): Pick<Anchor, 'offset' | 'hash'> {
  const last = db.prepare('SELECT offset, hash FROM results ORDER BY offset DESC LIMIT 1').get() as
    | { offset: number; hash: string }
    | undefined;
  return last ?? { offset: 0, hash: CHAIN_START };
}

const statements = (db: WritableDb) => ({
  setEpoch: db.prepare(`UPDATE meta SET value = ? WHERE key = 'store_epoch'`),
  setAside: db.prepare('INSERT OR IGNORE INTO set_aside VALUES (?, ?, ?)'),
  alarm: db.prepare('INSERT INTO alarms VALUES (?, ?)'),
  cutGroups: db.prepare('UPDATE consumer_groups SET offset = min(offset, ?)'),
  insertTask:
    db.prepare(`INSERT INTO tasks VALUES (@task_id, @task_type, @symbol, @timeframe, @payload, @priority, @created_ms,
    @idempotency_key, @analysis_task_id, @engine_reading, @last_bar_close_ms, @state, @reason, @attempt, @agent, @lease,
    @processing, @failures, @deadline_ms, @ended_ms)`),
  updateTask:
    db.prepare(`UPDATE tasks SET state = @state, reason = @reason, attempt = @attempt, agent = @agent, lease = @lease,
    processing = @processing, failures = @failures, deadline_ms = @deadline_ms, ended_ms = @ended_ms
    WHERE task_id = @task_id AND state <> 'completed'`),
  // The bars of a finished task would make up most of the file; the record keeps what was read in them.
  dropBars: db.prepare(`UPDATE tasks SET payload = json_remove(payload, '$.bars') WHERE task_id = ?`),
  insertLease: db.prepare('INSERT INTO leases (lease, task_id, agent_id, granted_ms) VALUES (?, ?, ?, ?)'),
  declineLease: db.prepare('UPDATE leases SET declined = 1 WHERE lease = ?'),
  offsetOf: db.prepare('SELECT offset FROM results WHERE task_id = ?').pluck(),
  insertResult:
    db.prepare(`INSERT INTO results (offset, task_id, task_type, lease, symbol, timeframe, analyzed_ms, stage_rank, body, hash)
    VALUES (@offset, @task_id, @task_type, @lease, @symbol, @timeframe, @analyzed_ms, @stage_rank, @body, @hash)`),
  insertRaw: db.prepare('INSERT INTO raw_contents VALUES (?, ?)'),
  insertLate: db.prepare('INSERT OR IGNORE INTO late_results VALUES (?, ?, ?, ?, ?)'),
  ackGroup: db.prepare(
    `INSERT INTO consumer_groups VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET offset = max(offset, excluded.offset)`,
  ),
  insertBar: db.prepare('INSERT OR IGNORE INTO bars VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
  setPosition: db.prepare(
    `INSERT INTO market_positions VALUES (?, ?) ON CONFLICT (feeds) DO UPDATE SET position = excluded.position`,
  ),
});
