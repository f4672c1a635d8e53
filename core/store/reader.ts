import type Database from 'better-sqlite3';
import type { HeldLease, StoredTask, StreamEntry, TaskRow } from '../contract/facts.ts';
import type { TradingAnalysisResult } from '../contract/result.ts';
import { type BarRow, isTradingTaskType } from '../contract/task.ts';
import { openReadable } from './open.ts';
import { Outbox } from './outbox.ts';
import { type TaskColumns, taskRow } from './rows.ts';

interface ResultColumns {
  offset: number;
  task_id: string;
  task_type: string;
  body: string;
}

const entry = (row: ResultColumns): StreamEntry => ({
  offset: row.offset,
  task_id: row.task_id,
  task_type: row.task_type,
  result: isTradingTaskType(row.task_type) ? (JSON.parse(row.body) as TradingAnalysisResult) : null,
});

/** What the rest of the program asks of the store; every read ends its statement, so that none pins the WAL. */
export class Reader {
  /** The same results for whoever copies them. */
  readonly outbox: Outbox;
  readonly #db: Database.Database;
  readonly #sql: ReturnType<typeof statements>;

  constructor(file: string) {
    this.#db = openReadable(file);
    this.#sql = statements(this.#db);
    this.outbox = new Outbox(this.#db);
  }

  resultsAfter(offset: number, limit: number): StreamEntry[] {
    return (this.#sql.after.all(offset, limit) as ResultColumns[]).map(entry);
  }

  /** The newest record of each symbol by R4, up to an offset. */
  newestPerSymbol(upTo: number): TradingAnalysisResult[] {
    return (this.#sql.newest.all(upTo) as string[]).map((body) => JSON.parse(body) as TradingAnalysisResult);
  }

  /** The stored body of one result; undefined where the offset has none. */
  result(offset: number): unknown {
    const body = this.#sql.result.get(offset) as string | undefined;
    return body && JSON.parse(body);
  }

  /** Stored results, newest first, as bodies. */
  results(filter: { symbol: string | null; timeframe: string | null; before: number; limit: number }): unknown[] {
    return (this.#sql.results.all(filter) as string[]).map((body) => JSON.parse(body));
  }

  late(limit: number): { task_id: string; lease: number; agent_id: string; received_ms: number; result: unknown }[] {
    return (
      this.#sql.late.all(limit) as {
        task_id: string;
        lease: number;
        agent_id: string;
        received_ms: number;
        body: string;
      }[]
    ).map(({ body, ...row }) => ({ ...row, result: JSON.parse(body) }));
  }

  /** Results that do not add up, newest first. */
  setAside(limit: number): { offset: number; reason: string; found_ms: number }[] {
    return this.#sql.setAside.all(limit) as { offset: number; reason: string; found_ms: number }[];
  }

  /** What has happened to the store since an instant (epoch ms), as plain sentences. */
  alarms(since: number): string[] {
    return this.#sql.alarms.all(since) as string[];
  }

  lastOffset(): number {
    return this.#sql.lastOffset.get() as number;
  }

  ackedOffset(group: string): number {
    return (this.#sql.acked.get(group) as number | undefined) ?? 0;
  }

  /** Engine time starts no earlier than what is stored (R5); epoch ms, 0 for an empty store. */
  lastTime(): number {
    return this.#sql.lastTime.get() as number;
  }

  lastLease(): number {
    return this.#sql.lastLease.get() as number;
  }

  openTasks(): { row: TaskRow; held: HeldLease[] }[] {
    return (this.#sql.openTasks.all() as TaskColumns[]).map((columns) => ({
      row: taskRow(columns),
      held: this.#held(columns.task_id),
    }));
  }

  task(taskId: string): StoredTask | null {
    return this.#stored(this.#sql.task.get(taskId) as TaskColumns | undefined);
  }

  taskByKey(key: string): StoredTask | null {
    return this.#stored(this.#sql.taskByKey.get(key) as TaskColumns | undefined);
  }

  tasks(state: string | null, limit: number): StoredTask[] {
    return (this.#sql.tasks.all({ state, limit }) as TaskColumns[]).flatMap((columns) => this.#stored(columns) ?? []);
  }

  /** The newest bars of every series that is stored, oldest first. */
  series(limit: number): { symbol: string; timeframe: string; bars: BarRow[] }[] {
    const names = this.#sql.seriesNames.all() as { symbol: string; timeframe: string }[];
    return names.map(({ symbol, timeframe }) => ({
      symbol,
      timeframe,
      bars: (this.#sql.bars.all(symbol, timeframe, limit) as BarRow[]).reverse(),
    }));
  }

  marketPosition(feeds: string): number | null {
    return (this.#sql.position.get(feeds) as number | undefined) ?? null;
  }

  close(): void {
    this.#db.close();
  }

  #held(taskId: string): HeldLease[] {
    return this.#sql.held.all(taskId) as HeldLease[];
  }

  #stored(columns: TaskColumns | undefined): StoredTask | null {
    if (!columns) return null;
    const completion = this.#sql.completion.get(columns.task_id) as { offset: number; lease: number } | undefined;
    return { row: taskRow(columns), held: this.#held(columns.task_id), completion: completion ?? null };
  }
}

/** What retention took the body of, and what does not add up, is not handed out as a result. */
const SHOWN = 'removed = 0 AND offset NOT IN (SELECT offset FROM set_aside)';

const statements = (db: Database.Database) => ({
  seriesNames: db.prepare('SELECT DISTINCT symbol, timeframe FROM bars'),
  bars: db
    .prepare(
      'SELECT time, open, high, low, close, volume FROM bars WHERE symbol = ? AND timeframe = ? ORDER BY time DESC LIMIT ?',
    )
    .raw(),
  after: db.prepare(
    `SELECT offset, task_id, task_type, body FROM results WHERE offset > ? AND ${SHOWN} ORDER BY offset LIMIT ?`,
  ),
  newest: db
    .prepare(`SELECT body FROM (SELECT body, offset, row_number() OVER
      (PARTITION BY symbol ORDER BY analyzed_ms DESC, stage_rank DESC, offset DESC) AS place
      FROM results WHERE symbol IS NOT NULL AND offset <= ? AND ${SHOWN}) WHERE place = 1 ORDER BY offset`)
    .pluck(),
  results: db
    .prepare(`SELECT body FROM results WHERE offset < @before AND symbol IS NOT NULL AND ${SHOWN} AND (@symbol IS NULL OR symbol = @symbol)
      AND (@timeframe IS NULL OR timeframe = @timeframe) ORDER BY offset DESC LIMIT @limit`)
    .pluck(),
  result: db.prepare(`SELECT body FROM results WHERE offset = ? AND ${SHOWN}`).pluck(),
  setAside: db.prepare('SELECT offset, reason, found_ms FROM set_aside ORDER BY offset DESC LIMIT ?'),
  alarms: db.prepare('SELECT sentence FROM alarms WHERE at_ms >= ? ORDER BY at_ms').pluck(),
  late: db.prepare('SELECT * FROM late_results ORDER BY received_ms DESC LIMIT ?'),
  lastOffset: db.prepare('SELECT coalesce(max(offset), 0) FROM results').pluck(),
  acked: db.prepare('SELECT offset FROM consumer_groups WHERE name = ?').pluck(),
  lastTime: db
    .prepare(
      'SELECT max(coalesce((SELECT max(created_ms) FROM tasks), 0), coalesce((SELECT max(ended_ms) FROM tasks), 0))',
    )
    .pluck(),
  lastLease: db
    .prepare(`SELECT max(coalesce((SELECT max(lease) FROM leases), 0),
      coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'last_lease'), 0))`)
    .pluck(),
  openTasks: db.prepare(`SELECT * FROM tasks WHERE state IN ('queued', 'assigned') ORDER BY created_ms, rowid`),
  held: db.prepare('SELECT lease, agent_id FROM leases WHERE task_id = ? AND declined = 0'),
  task: db.prepare('SELECT * FROM tasks WHERE task_id = ?'),
  taskByKey: db.prepare('SELECT * FROM tasks WHERE idempotency_key = ?'),
  tasks: db.prepare(
    'SELECT * FROM tasks WHERE @state IS NULL OR state = @state ORDER BY created_ms DESC, rowid DESC LIMIT @limit',
  ),
  completion: db.prepare('SELECT offset, lease FROM results WHERE task_id = ?'),
  position: db.prepare('SELECT position FROM market_positions WHERE feeds = ?').pluck(),
});
