import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inspect, withStore } from './inspect.ts';
import { expiredIn } from './retention.ts';
import { takeDatedBackup } from './take-backup.ts';
import { aFilledStore, openSession } from './testing/a-store.ts';
import { aFolder } from './testing/facts.ts';

const RESULTS = 400;
const KILLS = 6;
/** On a machine so slow that nothing was done by then, so many more may be killed. */
const KILLS_MAX = 40;
const NOON = Date.UTC(2026, 0, 5, 12, 0, 0);
const LATER = NOON + 86_400_000;
const WELL = { bad: [], gaps: [], damage: null, standing: null };

const room = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);

/** Runs code in a process of its own until it says that it has begun, and kills it a while later. */
async function killed(code: string, ms: number): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<string | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill('SIGKILL');
  expect(await exited).toBe('SIGKILL');
}

it(`backups that are killed ${KILLS} times leave whole backups alone, and nothing that stays in the way`, async () => {
  const file = aFilledStore(RESULTS);
  const code = `
    import { takeDatedBackup } from ${room('./take-backup.ts')};
    console.log('begun');
    for (let now = ${NOON}; ; now += 1) takeDatedBackup(${JSON.stringify(file)}, now + process.pid * 1000);`;
  const folder = join(file, '..', 'backups');
  let made: string[] = [];
  for (let kill = 0; kill < KILLS || (kill < KILLS_MAX && made.length === 0); kill += 1) {
    await killed(code, 20 + kill * 13);
    made = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.db')) : [];
  }
  expect(made.length).toBeGreaterThan(0);
  for (const name of made)
    expect(inspect(join(folder, name))).toMatchObject({ ...WELL, standing: expect.anything(), rows: RESULTS });
  takeDatedBackup(file, Date.now() + LATER);
  expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  expect(inspect(file)).toMatchObject({ ...WELL, rows: RESULTS });
});

it(`a retention that is killed ${KILLS} times leaves a chain that can be verified, and comes to its end`, async () => {
  const file = aFilledStore(RESULTS);
  const whole = openSession(file);
  whole.commit([[{ kind: 'group_ack', group: 'g', offset: RESULTS }]]);
  whole.close();
  const code = `
    import { openSession } from ${room('./testing/a-store.ts')};
    import { withStore } from ${room('./inspect.ts')};
    import { expiredIn } from ${room('./retention.ts')};
    const file = ${JSON.stringify(file)};
    const session = openSession(file);
    console.log('begun');
    const { offsets } = withStore(file, (db) => expiredIn(db, ${LATER}));
    for (const offset of offsets) session.commit([[{ kind: 'expired', offsets: [offset], tasks: [] }]]);
    setInterval(() => {}, 1000);`;
  let left = RESULTS;
  for (let kill = 0; kill < KILLS || (kill < KILLS_MAX && left === RESULTS); kill += 1) {
    await killed(code, 20 + kill * 13);
    const copy = join(aFolder(), 'aurora.db');
    for (const part of ['', '-wal', '.anchor']) if (existsSync(file + part)) copyFileSync(file + part, copy + part);
    const found = inspect(copy);
    expect(found).toMatchObject(WELL);
    expect(found.rows).toBeLessThanOrEqual(left);
    left = found.rows;
  }
  expect(left).toBeLessThan(RESULTS);
  const session = openSession(file);
  const expired = withStore(file, (db) => expiredIn(db, LATER));
  session.commit([[{ kind: 'expired', ...expired }]]);
  session.close();
  expect(inspect(file)).toMatchObject({ ...WELL, rows: 5 });
});
