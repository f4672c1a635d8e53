import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TradingAnalysisResult } from '../contract/result.ts';
import { compareOrder } from '../signals/newer.ts';
import { openReadable } from './open.ts';
import { Reader } from './reader.ts';
import type { Session } from './session.ts';
import { aFilledStore, nthResult, openSession } from './testing/a-store.ts';
import { aFolder } from './testing/facts.ts';
import { verify } from './verify.ts';

const RESULTS = 60;
const FLIPS = 300;

/** A small generator, so that each seed flips the same bit on every machine (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) * below) / 4_294_967_296) | 0;
  };
}

function flipOneBit(file: string, seed: number): void {
  const roll = dice(seed);
  const bytes = readFileSync(file);
  const at = roll(bytes.length);
  bytes[at] = (bytes[at] as number) ^ (1 << roll(8));
  writeFileSync(file, bytes);
}

/** A copy of a store, as it lies on the disk. */
function copyOf(file: string, parts: readonly string[]): string {
  const copy = join(aFolder(), 'aurora.db');
  for (const part of parts) copyFileSync(file + part, copy + part);
  return copy;
}

type Bodies = ReadonlyMap<number, string>;

function bodiesOf(file: string): Bodies {
  const db = openReadable(file);
  const rows = db.prepare('SELECT offset, body FROM results ORDER BY offset').raw().all() as [number, string][];
  db.close();
  return new Map(rows);
}

/** What readers are to hand out of these bodies, as a pure function. */
function expected(bodies: Bodies) {
  const records = [...bodies.values()].map((body) => JSON.parse(body) as TradingAnalysisResult);
  const trading = records.filter(({ symbol }) => symbol);
  const newest = new Map<string, TradingAnalysisResult>();
  for (const record of trading) {
    const shown = newest.get(record.symbol);
    if (!shown || compareOrder(record, shown) > 0) newest.set(record.symbol, record);
  }
  return {
    stream: records.map(({ offset, task_id, symbol }) => [offset, task_id, Boolean(symbol)]),
    newest: [...newest.values()].sort((a, b) => a.offset - b.offset),
    listed: trading.reverse(),
    single: records,
  };
}

function read(file: string, offsets: readonly number[]): ReturnType<typeof expected> {
  const reader = new Reader(file);
  try {
    const everything = { symbol: null, timeframe: null, before: Number.MAX_SAFE_INTEGER, limit: 1_000 };
    return {
      stream: reader.resultsAfter(0, 1_000).map(({ offset, task_id, result }) => [offset, task_id, result !== null]),
      newest: reader.newestPerSymbol(1_000_000),
      listed: reader.results(everything) as TradingAnalysisResult[],
      single: offsets.map((offset) => reader.result(offset)) as TradingAnalysisResult[],
    };
  } finally {
    reader.close();
  }
}

const alarmsOf = (file: string): string[] => {
  const reader = new Reader(file);
  const alarms = reader.alarms(0);
  reader.close();
  return alarms;
};

type Ending = 'refused at the start' | 'alarm at the start' | 'rows named by verify' | 'without effect';

/** What becomes of a store with a flipped bit; whatever it hands out then has to be true. */
function ending(file: string, original: Bodies): Ending {
  let session: Session;
  try {
    session = openSession(file);
  } catch {
    return 'refused at the start';
  }
  try {
    if (alarmsOf(file).length > 0) return 'alarm at the start';
    const db = openReadable(file);
    const { bad, gaps } = verify(db);
    db.close();
    session.commit([[{ kind: 'set_aside', rows: bad, at: 1 }]]);
    const gone = (offset: number): boolean =>
      bad.some((row) => row.offset === offset) || gaps.some(({ from, to }) => from <= offset && offset <= to);
    const left = new Map([...original].filter(([offset]) => !gone(offset)));
    expect(read(file, [...left.keys()])).toEqual(expected(left));
    const found = bodiesOf(file);
    for (const [offset, body] of left) expect(found.get(offset)).toBe(body);
    return bad.length + gaps.length > 0 ? 'rows named by verify' : 'without effect';
  } finally {
    session.close();
  }
}

it(`${FLIPS} flipped bits: each is found, or nothing that is handed out differs by a byte`, () => {
  const file = aFilledStore(RESULTS);
  const original = bodiesOf(file);
  expect(read(file, [...original.keys()])).toEqual(expected(original));
  const endings: Partial<Record<Ending, number>> = {};
  for (let seed = 1; seed <= FLIPS; seed += 1) {
    const copy = copyOf(file, ['', '.anchor']);
    flipOneBit(copy, seed);
    let is: Ending;
    try {
      is = ending(copy, original);
    } catch (error) {
      throw new Error(`Seed ${seed}`, { cause: error });
    }
    endings[is] = (endings[is] ?? 0) + 1;
  }
  console.log(`${FLIPS} flipped bits in ${statSync(file).size} bytes: ${JSON.stringify(endings)}`);
}, 300_000);

/** A store at work, as a power cut leaves it: nothing of it has been brought home from the write-ahead log. */
function aCutStore() {
  const file = join(aFolder(), 'aurora.db');
  const session = openSession(file, { newId: () => 'the-first-epoch' });
  for (let nth = 0; nth < RESULTS; nth += 1) session.commit([nthResult(nth)]);
  const cut = copyOf(file, ['', '-wal', '.anchor']);
  session.close();
  return { cut, original: bodiesOf(file) };
}

/** Opens what is left of a store; it has to say how much is lost, and hand out the rest as it was. */
function lostOf(file: string, original: Bodies): number {
  const session = openSession(file);
  try {
    const { offset } = session.writer.tail;
    const lost = RESULTS - offset;
    const said =
      lost === 0 ? [] : [expect.stringMatching(new RegExp(`^${lost} results? that had been stored are lost`))];
    expect(alarmsOf(file)).toEqual(said);
    expect(bodiesOf(file)).toEqual(new Map([...original].filter(([at]) => at <= offset)));
    return lost;
  } finally {
    session.close();
  }
}

it.each([
  ['flipped bits', flipOneBit],
  ['cuts', (wal: string, seed: number) => truncateSync(wal, dice(1_000 + seed)(statSync(wal).size))],
])('50 %s in the write-ahead log: the anchor says how many results are lost, or none is', (what, harm) => {
  const { cut, original } = aCutStore();
  const losses = Array.from({ length: 50 }, (_, seed) => {
    const copy = copyOf(cut, ['', '-wal', '.anchor']);
    harm(`${copy}-wal`, seed + 1);
    return lostOf(copy, original);
  });
  console.log(`50 ${what} in the log of ${RESULTS} results: lost ${losses.join(' ')}`);
  expect(losses.some((lost) => lost > 0)).toBe(true);
});
