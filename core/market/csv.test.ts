import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../kit/errors.ts';
import { parseBars, readBarsFile } from './csv.ts';

const HEADER = 'time,open,high,low,close,volume';
const ROWS = ['2026-01-05T14:00:00Z,10,12,9,11,5', '2026-01-05T14:05:00Z,11,12,10,10.5,6'];
const GOOD = [HEADER, ...ROWS].join('\n');
const [first, second] = [Date.UTC(2026, 0, 5, 14, 0), Date.UTC(2026, 0, 5, 14, 5)];
const BARS = [
  { time: first, open: 10, high: 12, low: 9, close: 11, volume: 5 },
  { time: second, open: 11, high: 12, low: 10, close: 10.5, volume: 6 },
];

const table = (header: string, one: string, two: string) => [header, one, two].join('\n');

describe('a file of bars', () => {
  it.each([
    ['with time and small letters', GOOD],
    [
      'with a nameless first column',
      table(',Open,High,Low,Close,Volume', '2026-01-05 14:00:00,10,12,9,11,5', '2026-01-05 14:05:00,11,12,10,10.5,6'),
    ],
    [
      'with date and an adjusted close',
      table(
        'date,open,high,low,close,adjclose,volume',
        '2026-01-05 14:00,10,12,9,11,3,5',
        '2026-01-05 14:05,11,12,10,10.5,3,6',
      ),
    ],
    [
      'with columns in any case and order',
      table(
        'VOLUME,Close,LOW,High,open,Open Time',
        '5,11,9,12,10,20260105T140000Z',
        '6,10.5,10,12,11,20260105T140500Z',
      ),
    ],
    ['in epoch seconds', table(HEADER, '1767621600,10,12,9,11,5', '1767621900,11,12,10,10.5,6')],
    ['in epoch milliseconds', table(HEADER, '1767621600000,10,12,9,11,5', '1767621900000,11,12,10,10.5,6')],
    [
      'with a zone',
      table(HEADER, '2026-01-05T16:00:00+02:00,10,12,9,11,5', '2026-01-05T16:05:00+02:00,11,12,10,10.5,6'),
    ],
    ['with a byte order mark', `\uFEFF${GOOD}`],
    ['with a byte order mark and quotes', `\uFEFF${GOOD.replaceAll(/([^,\n]+)/g, '"$1"')}`],
    ['with CRLF', GOOD.replaceAll('\n', '\r\n')],
    ['with mixed line ends', GOOD.replace('\n', '\r\n')],
    ['with blank lines at the end', `${GOOD}\n\n\r\n  \n`],
    ['with empty rows of a spreadsheet at the end', `${GOOD}\n,,,,,\n,,,,,\n`],
    ['parted by semicolons', GOOD.replaceAll(',', ';')],
    ['parted by tabs', GOOD.replaceAll(',', '\t')],
    ['with quotes and spaces', GOOD.replaceAll(/([^,\n]+)/g, ' "$1" ')],
    ['with exponents', GOOD.replace('10.5', '1.05e1')],
  ])('is read %s', (_, text) => {
    expect(parseBars(text, 'ADABTC-5m.csv')).toEqual({ symbol: 'ADA/BTC', timeframe: '5m', bars: BARS });
  });

  it('has the timeframe of its most frequent step where its name says none', () => {
    expect(parseBars(GOOD, 'GOOG.csv')).toMatchObject({ symbol: 'GOOG', timeframe: '5m' });
    expect(parseBars(GOOD.split('\n').slice(0, 2).join('\n'), 'GOOG-1h.csv').timeframe).toBe('1h');
  });
});

const mistakes: [what: string, text: string, says: string | RegExp, name?: string][] = [
  ['nothing in it', '', 'X-5m.csv: this file is empty: bars need time (or date), open, high, low, close, volume'],
  ['blank lines alone', '\n\n', /^X-5m.csv: this file is empty/],
  ['a header alone', HEADER, 'X-5m.csv: there is a header but no bar below it: export the file again'],
  [
    'no close and no volume',
    table('time,open,high,low', '1,2,3,4', '1,2,3,4'),
    /^X-5m.csv, line 1: the header "time,open,high,low" has no column close, volume: bars need/,
  ],
  ['no time', GOOD.replace('time', 'when'), /has no column time:/],
  [
    'no header',
    ROWS.join('\n'),
    /^X-5m.csv, line 1: the header ".*" has no column time, open, high, low, close, volume:/,
  ],
  ['a column twice', GOOD.replace('volume', 'close,volume'), /has the column close twice/],
  ['text for a number', GOOD.replace('10.5', 'n/a'), 'X-5m.csv, line 3: close "n/a" is not a number such as 0.5'],
  ['nothing for a number', GOOD.replace('10.5', ''), 'X-5m.csv, line 3: close "" is not a number such as 0.5'],
  ['hexadecimal for a number', GOOD.replace('10.5', '0x1F'), /close "0x1F" is not a number/],
  [
    'a decimal comma',
    GOOD.replaceAll(',', ';').replace('10.5', '10,5'),
    /line 3: close "10,5" is not a number such as 0.5/,
  ],
  ['infinity for a price', GOOD.replace('10.5', '1e999'), /line 3: close Infinity is not a price above 0/],
  ['a long text for a number', GOOD.replace('10.5', 'x'.repeat(500)), /close "x{60}…" is not/],
  [
    'a time that is none',
    GOOD.replace('2026-01-05T14:05:00Z', 'soon'),
    /^X-5m.csv, line 3: time "soon" is not read: use ISO 8601 such as .*, or epoch seconds or ms$/,
  ],
  ['a day that is none', GOOD.replace('2026-01-05T14:05:00Z', '2026-02-30'), /line 3: time "2026-02-30" is not read/],
  [
    'high below low',
    GOOD.replace('11,12,10,10.5', '11,9,10,10.5'),
    'X-5m.csv, line 3: high 9 is below low 10: correct the bar or leave it out',
  ],
  ['close above high', GOOD.replace('10.5', '13'), /line 3: close 13 is above high 12/],
  ['a price of 0', GOOD.replace(',9,', ',0,'), /line 2: low 0 is not a price above 0/],
  ['a volume below 0', GOOD.replace(/6$/, '-6'), /line 3: volume -6 is not 0 or more/],
  [
    'a bar twice',
    `${GOOD}\n${ROWS[1]}`,
    'X-5m.csv, line 4: a second bar of 2026-01-05T14:05:00.000Z: keep one of the two',
  ],
  [
    'newest first',
    table(HEADER, ROWS[1] ?? '', ROWS[0] ?? ''),
    'X-5m.csv, line 3: 2026-01-05T14:00:00.000Z comes after 2026-01-05T14:05:00.000Z: sort the file, oldest bar first',
  ],
  ['a cut line', GOOD.slice(0, -4), /^X-5m.csv, line 3: 5 columns where the header has 6: complete the line/],
  ['a line too long', `${GOOD},7`, /^X-5m.csv, line 3: 7 columns where the header has 6/],
  ['a quote left open', GOOD.replace('10.5', '"10.5'), /^X-5m.csv, line \d: this is not CSV \(/],
  [
    'a blank line and then a fault',
    `${HEADER}\n\n${ROWS[0]}\n\n${ROWS[1]?.replace('10.5', '?')}`,
    /^X-5m.csv, line 5: close/,
  ],
  ['another format', '{"bars": []}', /^X-5m.csv, line 1: this is not CSV \(.*\): export the bars as CSV$/],
  ['bytes', 'PK\u0003\u0004\0\0', 'X-5m.csv: this is not text: export the bars as CSV in UTF-8'],
  [
    'one bar and no timeframe',
    `${HEADER}\n${ROWS[0]}`,
    'X.csv: how long a bar is cannot be told: say it in the name, such as GOOG-1d.csv',
    'X.csv',
  ],
  [
    'another timeframe than its name',
    GOOD,
    'X-1h.csv: the name says 1h but the bars are 5m apart: rename the file',
    'X-1h.csv',
  ],
  ['no symbol for a name', GOOD, /^my bars.csv: the name gives no symbol: rename the file/, 'my bars.csv'],
  ['a line end in its name', GOOD, /^X\?Y.csv: the name gives no symbol/, 'X\nY.csv'],
];

describe('a mistake in a file of bars', () => {
  it.each(mistakes)('is told in one line: %s', (_, text, says, name = 'X-5m.csv') => {
    const read = () => parseBars(text, name);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(/^[^\r\n]+$/);
    if (typeof says === 'string') expect(read).toThrow(new UsageError(says));
    else expect(read).toThrow(says);
  });
});

describe('reading from disk', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aurora-csv-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads a file', async () => {
    const file = join(folder, 'EURUSD.csv');
    await writeFile(file, GOOD);
    expect(await readBarsFile(file)).toEqual({ symbol: 'EUR/USD', timeframe: '5m', bars: BARS });
  });

  it('names the file as it was given in a mistake', async () => {
    const file = join(folder, 'EURUSD.csv');
    await writeFile(file, '');
    await expect(readBarsFile(file)).rejects.toThrow(`${file}: this file is empty`);
  });

  it.each([
    ['is not there', 'none.csv', 'there is no such file: check the path'],
    ['lies below a file', 'EURUSD.csv/none.csv', 'there is no such file: check the path'],
    ['is a folder', '.', 'this is a folder: name a CSV file in it'],
    ['has no possible name', 'a\0b.csv', 'cannot be read: '],
  ])('says so where the file %s', async (_, name, says) => {
    await writeFile(join(folder, 'EURUSD.csv'), GOOD);
    const reading = readBarsFile(join(folder, name));
    await expect(reading).rejects.toThrow(UsageError);
    await expect(reading).rejects.toThrow(says);
    await expect(reading).rejects.toThrow(/^[^\r\n]+$/);
  });
});
