import { readFile } from 'node:fs/promises';
import { type CsvError, parse } from 'csv-parse/sync';
import { messageOf, UsageError } from '../kit/errors.ts';
import { toIso } from '../signals/instant.ts';
import { type Bar, barFault } from './bar.ts';
import { type Columns, findColumns } from './csv-columns.ts';
import { parseBarTime } from './csv-time.ts';
import type { Series } from './series.ts';
import { readSeriesName } from './series-name.ts';
import { sameLength, usualTimeframe } from './usual-timeframe.ts';

interface Row {
  record: string[];
  info: { lines: number };
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const DELIMITERS = [',', ';', '\t'] as const;
const SHOWN = 60;
const NEEDED = 'bars need time (or date), open, high, low, close, volume';

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: check the path',
  EISDIR: 'this is a folder: name a CSV file in it',
  ENOTDIR: 'there is no such file: check the path',
  EACCES: 'this file may not be read: check its permissions',
  EPERM: 'this file may not be read: check its permissions',
  ERR_FS_FILE_TOO_LARGE: 'this file is larger than 2 GiB: split it',
  ERR_STRING_TOO_LONG: 'this file is too large to be read at once: split it',
};

const shown = (text: string): string => JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

/** One line, whatever the file's name is. */
const mistake = (name: string, line: number | null, what: string, cause?: unknown): UsageError =>
  new UsageError(`${name.replace(/\p{C}/gu, '?')}${line === null ? '' : `, line ${line}`}: ${what}`, { cause });

function delimiterOf(text: string): string {
  const header = /[^\r\n]+/.exec(text)?.[0] ?? '';
  const count = (delimiter: string): number => header.split(delimiter).length;
  return DELIMITERS.reduce<string>((best, next) => (count(next) > count(best) ? next : best), ',');
}

function readRows(text: string, name: string): Row[] {
  if (text.includes('\0')) throw mistake(name, null, 'this is not text: export the bars as CSV in UTF-8');
  try {
    // `info` changes the shape of the rows; the types of csv-parse do not know it.
    return parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      record_delimiter: ['\r\n', '\n', '\r'],
      trim: true,
      info: true,
      relax_column_count: true,
      skip_records_with_empty_values: true,
    }) as unknown as Row[];
  } catch (cause) {
    const { lines } = cause as CsvError;
    const why = messageOf(cause).replaceAll(/\s+/g, ' ');
    throw mistake(
      name,
      typeof lines === 'number' ? lines : null,
      `this is not CSV (${why}): export the bars as CSV`,
      cause,
    );
  }
}

function barOf({ record, info }: Row, columns: Columns, width: number, name: string): Bar {
  const refuse = (what: string): never => {
    throw mistake(name, info.lines, what);
  };
  if (record.length !== width) refuse(`${record.length} columns where the header has ${width}: complete the line`);
  const figure = (column: Exclude<keyof Columns, 'time'>): number => {
    const text = record[columns[column]] ?? '';
    const value = NUMBER.test(text) ? Number(text) : refuse(`${column} ${shown(text)} is not a number such as 0.5`);
    return value;
  };
  const text = record[columns.time] ?? '';
  const bar: Bar = {
    time:
      parseBarTime(text) ??
      refuse(`time ${shown(text)} is not read: use ISO 8601 such as 2026-01-05T14:00:00Z, or epoch seconds or ms`),
    open: figure('open'),
    high: figure('high'),
    low: figure('low'),
    close: figure('close'),
    volume: figure('volume'),
  };
  const fault = barFault(bar);
  return fault ? refuse(`${fault}: correct the bar or leave it out`) : bar;
}

function inOrder(before: Bar | undefined, bar: Bar, row: Row, name: string): void {
  if (!before || bar.time > before.time) return;
  const time = toIso(bar.time);
  throw mistake(
    name,
    row.info.lines,
    bar.time === before.time
      ? `a second bar of ${time}: keep one of the two`
      : `${time} comes after ${toIso(before.time)}: sort the file, oldest bar first`,
  );
}

function timeframeOf(said: string | null, bars: readonly Bar[], name: string): string {
  const usual = usualTimeframe(bars.map((bar) => bar.time));
  if (said && usual && !sameLength(said, usual))
    throw mistake(name, null, `the name says ${said} but the bars are ${usual} apart: rename the file`);
  const timeframe = said ?? usual;
  if (timeframe) return timeframe;
  throw mistake(name, null, 'how long a bar is cannot be told: say it in the name, such as GOOG-1d.csv');
}

/** The bars of a CSV text; `name` is its file's and gives the symbol. Throws UsageError, one line, for any mistake. */
export function parseBars(text: string, name: string): Series {
  const { symbol, timeframe } = readSeriesName(name);
  if (!symbol)
    throw mistake(name, null, 'the name gives no symbol: rename the file after its symbol, such as BTCUSDT-1h.csv');
  const [header, ...rows] = readRows(text, name);
  if (!header) throw mistake(name, null, `this file is empty: ${NEEDED}`);
  const columns = findColumns(header.record);
  if ('fault' in columns)
    throw mistake(
      name,
      header.info.lines,
      `the header ${shown(header.record.join(','))} has ${columns.fault}: ${NEEDED}`,
    );
  if (rows.length === 0) throw mistake(name, null, 'there is a header but no bar below it: export the file again');
  const bars: Bar[] = [];
  for (const row of rows) {
    const bar = barOf(row, columns, header.record.length, name);
    inOrder(bars.at(-1), bar, row, name);
    bars.push(bar);
  }
  return { symbol, timeframe: timeframeOf(timeframe, bars, name), bars };
}

/** Reads a CSV file of bars. Throws UsageError, one line naming the file, where it cannot be used. */
export async function readBarsFile(file: string): Promise<Series> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw mistake(file, null, UNREADABLE[cause.code ?? ''] ?? `cannot be read: ${messageOf(cause)}`, cause);
  });
  return parseBars(text, file);
}
