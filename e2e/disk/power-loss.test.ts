import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { passBy } from '../../core/kit/fault-points.ts';
import { systemIds } from '../../core/kit/ids.ts';
import { addsUp, CHAIN_START } from '../../core/store/chain.ts';
import { Reader } from '../../core/store/reader.ts';
import { Session } from '../../core/store/session.ts';
import { dice } from '../support/dice.ts';
import { aFolder } from '../support/folders.ts';
import { Disk, type Image, type Unsynced } from './power-loss.ts';
import { record } from './system-calls.ts';

const BATCHES = 200;
const PREFIXES = 600;
const WAYS: readonly Unsynced[] = ['lost', 'kept', 'torn'];

/** Opens what a power loss has left, as the next start does; says how far it reaches and what it complains of. */
function opened(image: Image) {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-power-'));
  const file = join(folder, 'aurora.db');
  for (const [path, bytes] of image) writeFileSync(join(folder, basename(path)), bytes);
  try {
    const session = new Session({ file, origin: 'live', now: () => 0, newId: systemIds.id, at: passBy });
    const { offset } = session.writer.tail;
    session.close();
    const reader = new Reader(file);
    const alarms = reader.alarms(0);
    reader.close();
    return { offset, alarms, breaks: breaksOf(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function breaksOf(file: string): number[] {
  const db = new Database(file, { readonly: true });
  const rows = db.prepare('SELECT offset, body, hash FROM results ORDER BY offset').all() as {
    offset: number;
    body: string;
    hash: string;
  }[];
  db.close();
  return rows.flatMap(({ offset, body }, place) =>
    offset === place + 1 && addsUp(rows[place - 1]?.hash ?? CHAIN_START, body) ? [] : [offset],
  );
}

it(`R7 ${PREFIXES} power losses between two calls to the disk: what was acked is there, whatever became of the rest`, {
  timeout: 360_000,
}, async () => {
  const calls = await record(join(aFolder(), 'aurora.db'), BATCHES);
  const random = dice(7);
  const moments = new Set(
    Array.from({ length: PREFIXES }, (_, n) => Math.floor(((n + random()) / PREFIXES) * calls.length)),
  );
  const disk = new Disk();
  const wrong: string[] = [];
  let acked = 0;
  let losses = 0;
  let untold = 0;
  for (const [place, call] of calls.entries()) {
    disk.take(call);
    if (call.op === 'mark') acked = Number(/^acked (\d+)/.exec(call.text)?.[1] ?? acked);
    if (!moments.has(place)) continue;
    const way = WAYS[losses % WAYS.length] as Unsynced;
    losses += 1;
    const { offset, alarms, breaks } = opened(disk.afterPowerLoss(way, random));
    if (offset > acked) untold += 1;
    if (offset < acked || alarms.length > 0 || breaks.length > 0)
      wrong.push(`after ${place} calls (${way}): #${acked} acked, #${offset} there, breaks at ${breaks}, ${alarms}`);
  }
  console.log(
    `${calls.length} calls for ${BATCHES} commits; of ${losses} losses ${untold} kept a result that nobody had been told of`,
  );
  expect(wrong).toEqual([]);
  expect(acked).toBe(BATCHES);
  expect(losses).toBeGreaterThan(500);
  expect(untold).toBeGreaterThan(0);
});
