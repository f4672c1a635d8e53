import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import type { TaskFailure } from '../core/contract/task.ts';
import { dice } from './support/dice.ts';
import { type Program, startProgram, until } from './support/program.ts';

const CROWD = fileURLToPath(new URL('./support/agent-crowd.mjs', import.meta.url));
const SEED = 20_260_105;
/** Agents in each process; those of the first ones die with it. */
const DOOMED = [60, 60];
const LASTING = [176, 176, 176, 176, 176];
/** A third of all, half of them for good. */
const RETURNING = 167;
const GONE = 47;
const KILLS_MS = [500, 6_000] as const;
const TASKS = 3_000;
const POISONED = 5;
const SYMBOLS = Array.from({ length: 20 }, (_, place) => `S${place}/USD`);
const AT_ONCE = 32;
const OVER_MS = 90_000;

interface CrowdAgent {
  id: string;
  fate: { at: number; returns: boolean } | null;
}

interface CrowdReport {
  is: 'report';
  acks: { task_id: string; lease: number; status: 'stored' | 'duplicate'; offset: number | null }[];
  count: Record<'killed' | 'returned' | 'poisoned' | 'refused' | 'stale', number>;
}

const killMoment = (random: () => number): number => KILLS_MS[0] + random() * (KILLS_MS[1] - KILLS_MS[0]);

/** Who is in which process, and what becomes of whom. */
function castOf(random: () => number): { doomed: CrowdAgent[][]; lasting: CrowdAgent[][] } {
  let last = 0;
  const crowd = (size: number): CrowdAgent[] =>
    Array.from({ length: size }, () => ({ id: `crowd-${++last}`, fate: null }));
  const doomed = DOOMED.map(crowd);
  const lasting = LASTING.map(crowd);
  const drawn = lasting.flat().map((agent) => ({ agent, lot: random() }));
  drawn.sort((a, b) => a.lot - b.lot);
  for (const [place, { agent }] of drawn.slice(0, RETURNING + GONE).entries())
    agent.fate = { at: killMoment(random), returns: place < RETURNING };
  return { doomed, lasting };
}

const heard = <T extends { is: string }>(child: ChildProcess, is: T['is']): Promise<T> =>
  new Promise((resolve, reject) => {
    const listen = (message: { is: string }): void => {
      if (message.is === is) resolve(message as T);
    };
    child.on('message', listen);
    child.once('exit', (code, signal) => reject(new Error(`A crowd ended before it said "${is}": ${code ?? signal}`)));
  });

/** Starts a process of agents and waits until all are registered. */
async function gather(program: Program, agents: CrowdAgent[], seed: number): Promise<ChildProcess> {
  const child = fork(CROWD, { stdio: 'inherit', execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const registered = heard(child, 'registered');
  child.send({ url: program.url, token: program.tokens.agent, seed, agents });
  await registered;
  return child;
}

async function submit(program: Program, symbol: string): Promise<string> {
  return until(
    'a task to be taken',
    async () => {
      const response = await fetch(`${program.url}/api/tasks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${program.tokens.operator}`, 'content-type': 'application/json' },
        body: JSON.stringify({ task_type: 'trading_analysis', symbol, timeframe: '5m' }),
      });
      const body = (await response.json()) as { task_id: string };
      if (response.status === 201) return body.task_id;
      // So many agents die at once that the type is shut for a moment.
      if (response.status === 503) return null;
      throw new Error(`POST /api/tasks answered ${response.status}: ${JSON.stringify(body)}`);
    },
    40_000,
  );
}

async function submitAll(program: Program, symbols: string[]): Promise<string[]> {
  const ids: string[] = [];
  const left = symbols.values();
  const one = async (): Promise<void> => {
    for (const symbol of left) ids.push(await submit(program, symbol));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return ids;
}

async function untilOver(program: Program): Promise<void> {
  let quiet = 0;
  await until(
    'every task to be over',
    async () => {
      const open = async (state: string) =>
        (await program.get<{ items: unknown[] }>(`/api/tasks?state=${state}&limit=1`)).items.length;
      // A task may pass from one list to the other between the two questions.
      quiet = (await open('queued')) + (await open('assigned')) === 0 ? quiet + 1 : 0;
      return quiet === 3;
    },
    OVER_MS,
  );
}

interface TaskEnd {
  task_id: string;
  analysis_task_id: string | null;
  state: string;
  reason: string | null;
  symbol: string;
  attempt: number;
  failures: string;
  offset: number | null;
}

/** What is on the disk: the end of each task with its result, the results in order, and how many came too late. */
function tally(data: string) {
  const db = new Database(join(data, 'live', 'aurora.db'), { readonly: true });
  try {
    return db.transaction(() => ({
      tasks: db
        .prepare(
          `SELECT t.task_id, t.analysis_task_id, t.state, t.reason, t.symbol, t.attempt, t.failures, r.offset
           FROM tasks t LEFT JOIN results r USING (task_id)`,
        )
        .all() as TaskEnd[],
      results: db.prepare('SELECT offset, task_id, body FROM results ORDER BY rowid').all() as {
        offset: number;
        task_id: string;
        body: string;
      }[],
      late: db.prepare('SELECT count(*) FROM late_results').pluck().get() as number,
      leases: db.prepare('SELECT count(*) FROM leases').pluck().get() as number,
    }))();
  } finally {
    db.close();
  }
}

it('a thousand agents, a third of them killed at random moments: every task is completed once, or ends with a reason', async () => {
  const began = performance.now();
  const random = dice(SEED);
  const { doomed, lasting } = castOf(random);
  const program = await startProgram(['--feed', 'none', '--agents', 'none']);
  onTestFinished(() => program.kill());
  const crowds = await Promise.all(
    [...doomed, ...lasting].map((agents, place) => gather(program, agents, SEED + 1_000 * place)),
  );
  const ending = crowds.slice(0, doomed.length);
  const staying = crowds.slice(doomed.length);

  for (const crowd of staying) crowd.send('go');
  for (const crowd of ending) setTimeout(() => crowd.kill('SIGKILL'), killMoment(random));
  const poison = Array.from({ length: POISONED }, () => 'POISON/USD');
  const usual = Array.from(
    { length: TASKS - POISONED },
    () => SYMBOLS[Math.floor(random() * SYMBOLS.length)] as string,
  );
  const submitted = await submitAll(program, [...poison, ...usual]);
  await untilOver(program);

  const reports = await Promise.all(
    staying.map((crowd) => {
      const report = heard<CrowdReport>(crowd, 'report');
      crowd.send('report');
      return report;
    }),
  );
  const sum = (what: keyof CrowdReport['count']) => reports.reduce((total, { count }) => total + count[what], 0);
  const { tasks, results, late, leases } = tally(program.data);
  const of = (state: string) => tasks.filter((task) => task.state === state);
  const [completed, dead, cancelled] = [of('completed'), of('dead'), of('cancelled')];
  const attempts = tasks.flatMap((task) => JSON.parse(task.failures) as TaskFailure[]);
  const bySource = Object.entries(Object.groupBy(attempts, ({ failure_source }) => failure_source));
  console.log(
    `${doomed.flat().length + lasting.flat().length} agents, ${doomed.flat().length} killed with ${DOOMED.length} processes, ${sum('killed')} cut off for good, ${sum('returned')} back as new instances: ` +
      `${submitted.length} tasks and ${tasks.length - submitted.length} follow-ups; ` +
      `${completed.length} completed once, ${dead.length} dead with a reason, ${cancelled.length} overtaken; ` +
      `${leases} leases, attempts failed: ${bySource.map(([source, all]) => `${all?.length} ${source}`).join(', ')}; ` +
      `${late} late results; ${((performance.now() - began) / 1_000).toFixed(1)} s`,
  );

  // No task is lost, none is left over.
  const own = tasks.filter((task) => task.analysis_task_id === null);
  expect(own.map(({ task_id }) => task_id).sort()).toEqual(submitted.sort());
  expect(completed.length + dead.length + cancelled.length).toBe(tasks.length);
  const analysed = completed.filter((task) => task.analysis_task_id === null);
  const followed = tasks.filter((task) => task.analysis_task_id !== null);
  expect(followed.map((task) => task.task_id).sort()).toEqual(analysed.map((task) => `${task.task_id}:signal`).sort());

  // Completed exactly once: one row each, in the order of the offsets.
  expect(results.map(({ task_id }) => task_id).sort()).toEqual(completed.map(({ task_id }) => task_id).sort());
  expect(tasks.filter((task) => task.state !== 'completed' && task.offset !== null)).toEqual([]);
  for (const [place, { offset, task_id, body }] of results.entries()) {
    expect(JSON.parse(body)).toMatchObject({ offset, task_id });
    expect(offset).toBeGreaterThan(results[place - 1]?.offset ?? 0);
  }

  // Whatever else became of a task is said.
  for (const task of dead) {
    expect(task.reason).toMatch(/^3 attempts failed: \S/);
    expect(JSON.parse(task.failures)).toHaveLength(3);
  }
  expect(dead.filter(({ symbol }) => symbol === 'POISON/USD')).toHaveLength(POISONED);
  for (const task of cancelled)
    expect(task).toMatchObject({ reason: 'overtaken', analysis_task_id: expect.any(String) });

  // What the agents were told is what is stored, and nobody was told of the same offset twice.
  const offsets = new Map(results.map(({ task_id, offset }) => [task_id, offset]));
  const stored = reports.flatMap(({ acks }) => acks).filter(({ status }) => status === 'stored');
  expect(stored.filter(({ task_id, offset }) => offsets.get(task_id) !== offset)).toEqual([]);
  expect(new Set(stored.map(({ offset }) => offset)).size).toBe(stored.length);
  expect(sum('killed')).toBe(GONE);
  expect(sum('returned')).toBe(RETURNING);
}, 300_000);
