import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openWritable } from '../../core/store/open.ts';

const BATCH = 1_000;

type Row = Record<string, number | string | null>;

/** All that stands in a finished store about one result, with its follow-up. */
interface Written {
  task: Row;
  lease: Row;
  result: Row;
  followUp: Row | null;
}

/** The rows of a finished store, in the order of its results. */
function rowsOf(file: string): Written[] {
  const db = new Database(file, { readonly: true });
  try {
    const all = (table: string): Row[] => db.prepare(`SELECT * FROM ${table}`).all() as Row[];
    const tasks = new Map(all('tasks').map((task) => [task.task_id, task]));
    const leases = new Map(all('leases').map((lease) => [lease.task_id, lease]));
    return all('results').map((result) => ({
      task: tasks.get(result.task_id as string) as Row,
      lease: leases.get(result.task_id as string) as Row,
      result,
      followUp: tasks.get(`${result.task_id}:signal`) ?? null,
    }));
  } finally {
    db.close();
  }
}

/** What one task carried and what was stored of it, for a peer to carry the same. */
export function aRowOf(finished: string): { task: unknown; result: unknown } {
  const db = new Database(finished, { readonly: true });
  try {
    const { payload, body } = db
      .prepare('SELECT payload, body FROM results JOIN tasks USING (task_id) LIMIT 1')
      .get() as { payload: string; body: string };
    return { task: JSON.parse(payload), result: JSON.parse(body) };
  } finally {
    db.close();
  }
}

const AS_SUBMITTED = { state: 'queued', reason: null, attempt: 0, agent: null, lease: null, ended_ms: null };

/**
 * Writes the rows of a finished store into a new file of the same schema, with nothing in between: each task goes
 * from waiting to assigned to completed, its lease, its result and its follow-up come with it, and a follow-up that
 * was overtaken ends. Tasks that waited before the agents came are there before the clock runs. Results a second.
 */
export function rawRate(finished: string, folder: string): number {
  const rows = rowsOf(finished);
  const db = openWritable(join(folder, 'raw.db'));
  try {
    const insert = (table: string, row: Row) =>
      db.prepare(
        `INSERT INTO ${table} (${Object.keys(row)}) VALUES (${Object.keys(row).map((column) => `@${column}`)})`,
      );
    const [first] = rows;
    if (!first) throw new Error('There is nothing in the store to be written again');
    const insertTask = insert('tasks', first.task);
    const insertLease = insert('leases', first.lease);
    const insertResult = insert('results', first.result);
    const updateTask = db.prepare(`UPDATE tasks SET state = @state, reason = @reason, attempt = @attempt,
      agent = @agent, lease = @lease, processing = @processing, failures = @failures, deadline_ms = @deadline_ms,
      ended_ms = @ended_ms WHERE task_id = @task_id`);
    const inBatches = (write: (row: Written) => void): void => {
      const some = db.transaction((batch: readonly Written[]) => batch.forEach(write));
      for (let from = 0; from < rows.length; from += BATCH) some.immediate(rows.slice(from, from + BATCH));
    };
    inBatches(({ task }) => insertTask.run({ ...task, ...AS_SUBMITTED }));
    db.pragma('wal_checkpoint(TRUNCATE)');
    const start = performance.now();
    inBatches(({ task, lease, result, followUp }) => {
      insertLease.run(lease);
      updateTask.run({ ...task, state: 'assigned', ended_ms: null });
      updateTask.run(task);
      insertResult.run(result);
      if (!followUp) return;
      insertTask.run({ ...followUp, ...AS_SUBMITTED });
      if (followUp.state !== AS_SUBMITTED.state) updateTask.run(followUp);
    });
    return rows.length / ((performance.now() - start) / 1_000);
  } finally {
    db.close();
  }
}
