import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Fact, Outcome } from '../contract/facts.ts';
import { followUpOf } from '../contract/new-task.ts';
import type { Origin, TradingAnalysisResult } from '../contract/result.ts';
import { messageOf } from '../kit/errors.ts';
import { parseInstant, toIso } from '../signals/instant.ts';
import type { WritableDb } from './open.ts';
import { progressColumns, taskColumns } from './rows.ts';

type Completed = Extract<Fact, { kind: 'completed' }>;

export interface WriterOptions {
  db: WritableDb;
  origin: Origin;
  /** Epoch ms; stamps `persisted_at`. */
  now: () => number;
  newEpoch: () => string;
}

const RAW_CONTENT_BYTES = 65_536;
const STORED: Outcome = { ok: true, offset: null, duplicate: false, follow_up: null };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const capped = (text: string): string => {
  const bytes = Buffer.from(text, 'utf8');
  return bytes.length <= RAW_CONTENT_BYTES ? text : new TextDecoder().decode(bytes.subarray(0, RAW_CONTENT_BYTES));
};

/**
 * The only place that writes results: assigns offset and hash, checks uniqueness again and queues the
 * follow-up. One call is one transaction; a fact that fails is rolled back to its savepoint, alone.
 */
export class Writer {
  readonly storeEpoch: string;
  readonly #db: WritableDb;
  readonly #now: () => number;
  readonly #sql: ReturnType<typeof statements>;
  #offset: number;
  #hash: string;

  constructor({ db, origin, now, newEpoch }: WriterOptions) {
    this.#db = db;
    this.#now = now;
    this.#sql = statements(db);
    db.prepare(`INSERT OR IGNORE INTO meta VALUES ('store_epoch', ?), ('origin', ?)`).run(newEpoch(), origin);
    this.storeEpoch = db.prepare(`SELECT value FROM meta WHERE key = 'store_epoch'`).pluck().get() as string;
    const last = db.prepare('SELECT hash FROM results ORDER BY offset DESC LIMIT 1').pluck().get() as
      | string
      | undefined;
    // The sequence remembers offsets of rows that retention took away.
    this.#offset =
      (db.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'results'`).pluck().get() as number | undefined) ?? 0;
    this.#hash = last ?? '';
  }

  /** Commits the facts of several callers at once; throws where the transaction as a whole failed. */
  commit(batches: readonly (readonly Fact[])[]): Outcome[][] {
    const before = { offset: this.#offset, hash: this.#hash };
    try {
      return this.#db.transaction(() => batches.map((facts) => facts.map((fact) => this.#attempt(fact))))();
    } catch (error) {
      this.#offset = before.offset;
      this.#hash = before.hash;
      throw error;
    }
  }

  #attempt(fact: Fact): Outcome {
    const before = { offset: this.#offset, hash: this.#hash };
    try {
      return this.#db.transaction(() => this.#write(fact))();
    } catch (error) {
      this.#offset = before.offset;
      this.#hash = before.hash;
      // A full disk or a failed write has ended the outer transaction too: nothing of the batch stands.
      if (!this.#db.inTransaction) throw error;
      return { ok: false, message: messageOf(error) };
    }
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
        return STORED;
      case 'completed':
        return this.#complete(fact);
      case 'late':
        sql.insertLate.run(fact.task_id, fact.lease, fact.agent_id, fact.at, JSON.stringify(fact.result ?? null));
        return STORED;
      case 'group_ack':
        sql.ackGroup.run(fact.group, fact.offset);
        return STORED;
      case 'market_position':
        sql.setPosition.run(fact.feeds, fact.position);
        return STORED;
    }
  }

  #complete(fact: Completed): Outcome {
    const sql = this.#sql;
    const stored = sql.offsetOf.get(fact.task.task_id) as number | undefined;
    if (stored !== undefined) return { ok: true, offset: stored, duplicate: true, follow_up: null };
    sql.updateTask.run(progressColumns(fact.task));
    const raw = fact.raw_content === null ? null : capped(fact.raw_content);
    const offset = this.#offset + 1;
    const unhashed = { ...this.#body(fact, raw), store_epoch: this.storeEpoch, offset };
    const hash = sha256(this.#hash + canonicalize(unhashed));
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
    this.#offset = offset;
    this.#hash = hash;
    const follow_up = settled ? followUpOf(fact, record as TradingAnalysisResult) : null;
    if (follow_up) sql.insertTask.run(taskColumns(follow_up));
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

const statements = (db: WritableDb) => ({
  insertTask:
    db.prepare(`INSERT INTO tasks VALUES (@task_id, @task_type, @symbol, @timeframe, @payload, @priority, @created_ms,
    @idempotency_key, @analysis_task_id, @engine_reading, @last_bar_close_ms, @state, @reason, @attempt, @agent, @lease,
    @processing, @failures, @deadline_ms, @ended_ms)`),
  updateTask:
    db.prepare(`UPDATE tasks SET state = @state, reason = @reason, attempt = @attempt, agent = @agent, lease = @lease,
    processing = @processing, failures = @failures, deadline_ms = @deadline_ms, ended_ms = @ended_ms
    WHERE task_id = @task_id AND state <> 'completed'`),
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
  setPosition: db.prepare(
    `INSERT INTO market_positions VALUES (?, ?) ON CONFLICT (feeds) DO UPDATE SET position = excluded.position`,
  ),
});
