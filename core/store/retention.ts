import type Database from 'better-sqlite3';
import { writeChainBase } from './chain-base.ts';
import type { WritableDb } from './open.ts';
import { recordOf, tombstone } from './record-check.ts';

/** What may go: results by offset, ascending, and tasks that ended without one. */
export interface Expired {
  offsets: number[];
  tasks: string[];
}

/** So many rows at most leave the file in one transaction, so that no commit waits long. */
const CUT_ROWS = 500;

/**
 * What ended before an instant (epoch ms). Kept whatever their age: the newest result of each symbol and
 * timeframe, what a group has not read or an open task stands on, what was set aside, and the chain's end.
 */
export function expiredIn(db: Database.Database, before: number): Expired {
  const offsets = db
    .prepare(`SELECT offset FROM results JOIN tasks USING (task_id)
      WHERE removed = 0 AND ended_ms < ?
      AND offset <= (SELECT min(offset) FROM consumer_groups) AND offset < (SELECT max(offset) FROM results)
      AND offset NOT IN (SELECT offset FROM set_aside)
      AND task_id NOT IN (SELECT analysis_task_id FROM tasks WHERE state IN ('queued', 'assigned') AND analysis_task_id IS NOT NULL)
      AND offset NOT IN (SELECT offset FROM (SELECT offset, row_number() OVER
        (PARTITION BY results.symbol, results.timeframe ORDER BY analyzed_ms DESC, stage_rank DESC, offset DESC) AS place
        FROM results WHERE results.symbol IS NOT NULL) WHERE place = 1)
      ORDER BY offset`)
    .pluck()
    .all(before) as number[];
  const tasks = db
    .prepare(`SELECT task_id FROM tasks WHERE state IN ('dead', 'cancelled') AND ended_ms < ?`)
    .pluck()
    .all(before) as string[];
  return { offsets, tasks };
}

/**
 * Lets results go: content and task are emptied and the row keeps its hash, on which the next one stands.
 * Emptied rows at the front leave the file, and the last of them becomes the chain's base.
 */
export function retention(db: WritableDb): (expired: Expired) => void {
  const sql = statements(db);
  const empty = (offset: number): void => {
    const row = sql.row.get(offset) as { task_id: string; body: string; hash: string } | undefined;
    // A row that is not what was written would leave the next one nothing to stand on.
    if (!row || recordOf(row.body)?.hash !== row.hash) return;
    sql.emptyResult.run(tombstone(row.hash), offset);
    sql.dropRaw.run(offset);
    sql.dropLate.run(row.task_id);
    sql.emptyTask.run(row.task_id);
  };
  const cutFront = (): void => {
    const front = sql.front.all(CUT_ROWS) as { offset: number; task_id: string; hash: string }[];
    for (const { offset, task_id } of front) {
      sql.dropResult.run(offset);
      dropTask(task_id);
    }
    const last = front.at(-1);
    if (last) writeChainBase(db, last);
  };
  const dropTask = (task_id: string): void => {
    sql.dropLate.run(task_id);
    sql.dropLeases.run(task_id);
    sql.dropTask.run(task_id);
  };
  return ({ offsets, tasks }) => {
    sql.keepLastLease.run();
    for (const offset of offsets) empty(offset);
    for (const task_id of tasks) dropTask(task_id);
    cutFront();
  };
}

const statements = (db: WritableDb) => ({
  row: db.prepare(
    'SELECT task_id, body, hash FROM results WHERE offset = ? AND removed = 0 AND offset < (SELECT max(offset) FROM results)',
  ),
  emptyResult: db.prepare(`UPDATE results SET removed = 1, body = ?, symbol = NULL, timeframe = NULL,
    analyzed_ms = NULL, stage_rank = NULL WHERE offset = ?`),
  emptyTask: db.prepare(`UPDATE tasks SET payload = '{}', engine_reading = NULL WHERE task_id = ?`),
  front: db.prepare(`SELECT offset, task_id, hash FROM results
    WHERE offset < (SELECT offset FROM results WHERE removed = 0 ORDER BY offset LIMIT 1) ORDER BY offset LIMIT ?`),
  dropResult: db.prepare('DELETE FROM results WHERE offset = ?'),
  dropRaw: db.prepare('DELETE FROM raw_contents WHERE offset = ?'),
  dropLate: db.prepare('DELETE FROM late_results WHERE task_id = ?'),
  // Leases go on from the highest, and none is given twice.
  keepLastLease:
    db.prepare(`INSERT INTO meta SELECT 'last_lease', CAST(coalesce(max(lease), 0) AS TEXT) FROM leases WHERE true
    ON CONFLICT (key) DO UPDATE SET value = CAST(max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER)) AS TEXT)`),
  dropLeases: db.prepare('DELETE FROM leases WHERE task_id = ?'),
  dropTask: db.prepare(`DELETE FROM tasks WHERE task_id = ? AND state NOT IN ('queued', 'assigned')`),
});
