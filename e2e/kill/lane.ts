import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { FaultPoint } from '../../core/kit/fault-points.ts';
import { dice } from '../support/dice.ts';
import { type Reach, reachOf, run, until } from '../support/program.ts';
import { broken, display, open, type Stored, storeOf } from './autopsy.ts';
import { CrewAgent, emptyLedger, type Ledger, submitOn, watch } from './crew.ts';

export interface Kill {
  point: FaultPoint;
  visit: number;
}

export interface KillReport {
  kill: Kill;
  /** Results on the disk that nobody had been told of. */
  untold: number;
  results: number;
}

const AGENTS = 4;
const SUBMITTERS = 3;
const LOG_GROWN_BYTES = 1_500_000;
const KILLED_MS = 30_000;
const WORK_OVER_MS = 60_000;
const EMPTY = ['--feed', 'none', '--agents', 'none'];
const NEVER: Kill = { point: 'received', visit: Number.MAX_SAFE_INTEGER };

/** Brings a stopped store back to the schema of before, so that the next start migrates it. */
function makeOld(file: string): void {
  const db = new Database(file);
  // The engine before may have been killed before it could migrate.
  if (db.pragma('user_version', { simple: true }) !== 1)
    db.exec(
      'DROP TABLE bars; DROP TABLE set_aside; DROP TABLE alarms; ALTER TABLE results DROP COLUMN removed; PRAGMA user_version = 1',
    );
  db.close();
}

/** One data folder and one crew, through as many engines as are killed. */
export class Lane {
  readonly #data = mkdtempSync(join(tmpdir(), 'aurora-kill-'));
  readonly #ledger: Ledger = emptyLedger();
  readonly #random: () => number;
  readonly #agents: readonly CrewAgent[];
  #stored: Stored = { rows: [], tasks: new Map(), epoch: '' };

  constructor(seed: number) {
    this.#random = dice(seed);
    this.#agents = Array.from(
      { length: AGENTS },
      (_, place) => new CrewAgent(`crew-${place}`, this.#ledger, this.#random),
    );
  }

  /** A first start that nobody kills, so that there is something to lose. */
  async begin(): Promise<void> {
    await this.#live(NEVER, () => until('the first results', () => this.#ledger.acked.size > 20));
  }

  /** One more engine, killed where it is asked; throws where anything that was promised does not hold. */
  async kill(kill: Kill): Promise<KillReport> {
    if (kill.point.startsWith('migrate')) makeOld(storeOf(this.#data));
    const before = this.#stored.rows.length;
    await this.#live(kill, null);
    const added = this.#stored.rows.slice(before);
    return { kill, untold: added.filter(({ offset }) => !this.#ledger.told.has(offset)).length, results: added.length };
  }

  /** A last start: what was taken is brought to its end, by the same crew. */
  async finish(): Promise<{ tasks: number; results: number }> {
    await this.#live(NEVER, () =>
      until(
        'all that was taken to be done',
        () => {
          const open = this.#agents.reduce((sum, agent) => sum + agent.unacked, 0);
          return open === 0 && this.#isDone();
        },
        WORK_OVER_MS,
      ),
    );
    const wrong = [...this.#stored.tasks].filter(([, state]) => state !== 'completed' && state !== 'cancelled');
    if (wrong.length > 0) throw new Error(`${wrong.length} tasks came to no end: ${JSON.stringify(wrong.slice(0, 5))}`);
    const { tasks, rows } = this.#stored;
    rmSync(this.#data, { recursive: true, force: true });
    return { tasks: tasks.size, results: rows.length };
  }

  #isDone(): boolean {
    const db = new Database(storeOf(this.#data), { readonly: true });
    const left = db.prepare(`SELECT count(*) FROM tasks WHERE state IN ('queued', 'assigned')`).pluck().get();
    db.close();
    return left === 0;
  }

  /** The life of one engine: killed where it is asked, or ended when `work` is done; then the autopsy. */
  async #live(kill: Kill, work: (() => Promise<unknown>) | null): Promise<void> {
    const { child, exited, output } = run(['start', '--headless', '--data', this.#data, ...EMPTY], undefined, {
      AURORA_KILL_AT: `${kill.point}:${kill.visit}`,
    });
    const over = new AbortController();
    const timer = setTimeout(() => child.kill('SIGTERM'), KILLED_MS + (work ? WORK_OVER_MS : 0));
    void exited.then(() => over.abort());
    try {
      const reach = await this.#reach(child.pid, over.signal);
      if (reach) await this.#load(reach, kill, over);
      await work?.();
      if (work) child.kill('SIGTERM');
      await exited;
    } finally {
      clearTimeout(timer);
      over.abort();
      for (const agent of this.#agents) agent.disconnect();
    }
    if (!work && child.signalCode !== 'SIGKILL')
      throw new Error(
        `${kill.point} was not visited ${kill.visit} times in ${KILLED_MS / 1_000} s: ${output().slice(-500)}`,
      );
    this.#stored = open(this.#data);
    const wrong = broken(this.#data, this.#stored, this.#ledger);
    if (wrong.length > 0)
      throw new Error(`killed at ${kill.point}, visit ${kill.visit}: ${wrong.slice(0, 5).join('; ')}`);
  }

  /** Looks at what a fresh viewer is shown, then lets the crew work. */
  async #load(reach: Reach, kill: Kill, over: AbortController): Promise<void> {
    const dead = new Promise<null>((resolve) => over.signal.addEventListener('abort', () => resolve(null)));
    const viewer = watch(reach, this.#ledger);
    over.signal.addEventListener('abort', viewer.close);
    const first = await Promise.race([viewer.snapshot, dead]);
    if (first && this.#stored.epoch !== '') this.#compare(first.updates);
    for (const agent of this.#agents) agent.connect(reach);
    const isLast = kill === NEVER && this.#stored.epoch !== '';
    for (let n = 0; n < (isLast ? 0 : SUBMITTERS); n += 1)
      void submitOn(reach, this.#ledger, this.#random, over.signal);
    if (kill.point === 'checkpoint_before') await this.#fillLog(over);
  }

  /** The write-ahead log is brought home where it has grown and nothing is asked for a while. */
  async #fillLog(over: AbortController): Promise<void> {
    const wal = `${storeOf(this.#data)}-wal`;
    await until('the log to grow', () => over.signal.aborted || statSync(wal).size > LOG_GROWN_BYTES, KILLED_MS);
    over.abort();
  }

  async #reach(pid: number | undefined, over: AbortSignal): Promise<Reach | null> {
    const endpoint = join(this.#data, 'endpoint.json');
    return until('the engine to listen', async () => {
      if (over.aborted) return { none: true };
      if (!existsSync(endpoint)) return null;
      const told = JSON.parse(readFileSync(endpoint, 'utf8')) as { pid: number };
      return told.pid === pid ? reachOf(this.#data) : null;
    }).then((found) => ('none' in found ? null : found));
  }

  /** A restart shows what the rows say, and nothing else. */
  #compare(shown: readonly unknown[]): void {
    const expected = display(this.#stored);
    if (JSON.stringify(shown) !== JSON.stringify(expected))
      throw new Error(`After a restart ${shown.length} rows are shown, ${expected.length} were stored, or they differ`);
  }
}
