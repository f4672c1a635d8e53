import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aFolder } from './support/folders.ts';
import { run, startProgram } from './support/program.ts';
import { canMount, type Disk, readOnlyDisk, smallDisk } from './support/small-disk.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const HEADER = 'time,open,high,low,close,volume\n';
const bar = (minute: number, given = '1,2,1,2,10'): string =>
  `2026-01-05T12:${String(minute).padStart(2, '0')}:00Z,${given}\n`;
const bars = (count: number): string => HEADER + Array.from({ length: count }, (_, minute) => bar(minute)).join('');

/** Digest of every file that a user would miss, by name. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  const kept = files.filter((name) => !name.startsWith('logs') && !name.startsWith('engine.'));
  return Object.fromEntries(
    kept.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}

async function failedStart(args: readonly string[], disk?: Disk) {
  const { exited, output } = run(['start', '--headless', ...args], disk);
  const code = await exited;
  const lines = output()
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('{'));
  return { code, lines };
}

function aCsv(text: string, name = 'GOOG-1m.csv'): string {
  const file = join(aFolder(), name);
  writeFileSync(file, text);
  return file;
}

interface BadStart {
  what: string;
  args: (data: string) => string[];
  says: RegExp;
  /** What lies in the data folder before; it must lie there unchanged after. */
  before?: (data: string) => void;
  disk?: (data: string) => Disk;
}

const BAD_STARTS: BadStart[] = [
  {
    what: 'an unknown option',
    args: () => ['--fedd', 'none'],
    says: /unknown option '--fedd' \(Did you mean --feed\?\).*--help/,
  },
  { what: 'an unknown feed', args: () => ['--feed', 'nasdaq'], says: /--feed nasdaq is not known: use csv:FILE/ },
  {
    what: 'a port that is none',
    args: () => [...EMPTY, '--port', '70000'],
    says: /--port 70000 is not a whole number from 1 to 65535/,
  },
  { what: 'a speed of nothing', args: () => ['--speed', '0'], says: /--speed 0 is not a number above 0/ },
  { what: 'unknown agents', args: () => ['--agents', 'many'], says: /--agents many is not known: use none/ },
  { what: 'an empty data folder name', args: () => ['--data', ''], says: /--data is empty: name the folder/ },
  {
    what: 'an exchange without symbols',
    args: () => ['--feed', 'ccxt:binance'],
    says: /ccxt:binance names no exchange and symbols: write/,
  },
  { what: 'an unknown exchange', args: () => ['--feed', 'ccxt:binanc:BTC/USDT@5m'], says: /did you mean binance/ },
  {
    what: 'an exchange’s series without a timeframe',
    args: () => ['--feed', 'ccxt:binance:BTC/USDT@soon'],
    says: /write it as BTC\/USDT@5m/,
  },
  {
    what: 'a series named twice',
    args: () => ['--feed', 'ccxt:binance:BTC/USDT@5m,BTC/USDT'],
    says: /names BTC\/USDT 5m twice/,
  },
  { what: 'an unknown schedule', args: () => ['--analyse', 'often'], says: /--analyse often is not known/ },
  { what: 'no symbol to watch', args: () => ['--watch', ','], says: /--watch names no symbol/ },
  { what: 'a CSV that is not there', args: () => ['--feed', 'csv:/nowhere/A.csv'], says: /\/nowhere\/A\.csv/ },
  {
    what: 'a CSV with missing columns',
    args: () => ['--feed', `csv:${aCsv('time,open,close\n2026-01-05,1,2\n')}`],
    says: /high.*low.*volume/,
  },
  {
    what: 'text for a number',
    args: () => ['--feed', `csv:${aCsv(bars(30) + bar(31, '1,2,1,two,10'))}`],
    says: /line 32.*two/,
  },
  {
    what: 'duplicate times',
    args: () => ['--feed', `csv:${aCsv(bars(30) + bar(29))}`],
    says: /line 32: a second bar of .*: keep one of the two/,
  },
  {
    what: 'unordered times',
    args: () => ['--feed', `csv:${aCsv(bars(30) + bar(3))}`],
    says: /line 32.*oldest bar first/,
  },
  { what: 'an empty file', args: () => ['--feed', `csv:${aCsv('')}`], says: /empty/ },
  {
    what: 'a file without bars',
    args: () => ['--feed', `csv:${aCsv(HEADER)}`],
    says: /there is a header but no bar below it/,
  },
  { what: 'too few bars to replay', args: () => ['--feed', `csv:${aCsv(bars(12))}`], says: /21/ },
  {
    what: 'a newer database',
    args: () => EMPTY,
    before: (data) => {
      mkdirSync(join(data, 'live'), { recursive: true });
      const db = new Database(join(data, 'live', 'aurora.db'));
      db.exec('CREATE TABLE treasure (x)');
      db.pragma('user_version = 4000');
      db.close();
    },
    says: /schema 4000, this Aurora knows \d+: start the newer Aurora/,
  },
  {
    what: 'damaged tokens.json',
    args: () => EMPTY,
    before: (data) => writeFileSync(join(data, 'tokens.json'), '{"agent": "abc'),
    says: /tokens\.json cannot be read .*: put a good copy back, or move it away/,
  },
  {
    what: 'tokens.json without the viewer’s',
    args: () => EMPTY,
    before: (data) =>
      writeFileSync(join(data, 'tokens.json'), JSON.stringify({ agent: 'a'.repeat(40), operator: 'b'.repeat(40) })),
    says: /tokens\.json cannot be read/,
  },
  {
    what: 'a data folder under a file',
    args: (data) => [...EMPTY, '--data', join(data, 'file', 'x')],
    before: (data) => writeFileSync(join(data, 'file'), 'x'),
    says: /cannot be used: a file stands in its path/,
  },
  {
    what: 'a read-only data folder',
    args: () => EMPTY,
    disk: readOnlyDisk,
    says: /cannot be used: it lies on a read-only disk\. .*choose another with --data/,
  },
  {
    what: 'a disk that is nearly full',
    args: () => EMPTY,
    disk: (data) => smallDisk(data, '4m', 1_000_000),
    says: /less than 8 MB free/,
  },
  {
    what: 'a disk that is full',
    args: () => EMPTY,
    disk: (data) => smallDisk(data, '64k', 65_536),
    says: /cannot be used: the disk has no space left\. Make room or choose another with --data/,
  },
];

describe('a bad start ends in one line that says what to do', () => {
  it.each(BAD_STARTS)('$what', async ({ args, says, before, disk }) => {
    const data = aFolder();
    before?.(data);
    const kept = contents(data);
    const given = args(data);
    const { code, lines } = await failedStart(
      given.includes('--data') ? given : [...given, '--data', data],
      disk?.(data),
    );
    expect(lines, lines.join('\n')).toEqual([expect.stringMatching(says)]);
    expect(lines[0]).toMatch(/^aurora: /);
    expect(code).toBeGreaterThan(0);
    expect(contents(data)).toMatchObject(kept);
  });

  it('a port in use that was asked for by name; without a name the next free one is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const { code, lines } = await failedStart([...EMPTY, '--data', aFolder(), '--port', String(port)]);
    expect([code, lines]).toEqual([
      2,
      [`aurora: Port ${port} is in use: stop what listens there, or leave --port out to take the next free one`],
    ]);

    const one = await startProgram(EMPTY);
    const two = await startProgram(EMPTY);
    expect(one.url).not.toBe(two.url);
    await Promise.all([one.stop(), two.stop()]);
  });

  it('a second engine on one data folder, by the name and pid of the first; a killed one’s lock is taken over', async () => {
    const first = await startProgram(EMPTY);
    const { code, lines } = await failedStart([...EMPTY, '--data', first.data]);
    expect([code, lines]).toEqual([
      2,
      [expect.stringContaining(`is in use by Aurora (headless) (process ${first.pid}, since `)],
    ]);
    await first.kill();
    const second = await startProgram(EMPTY, first.data);
    expect(await second.stop()).toBe(0);
  });
});

it('this machine lets the tests mount disks of their own', () => {
  expect(canMount(), 'read-only and full disks cannot be tried here: unshare -rm true must work').toBe(true);
});
