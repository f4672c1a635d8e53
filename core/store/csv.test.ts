import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from './csv.ts';

const read = (line: string): string[] => (parse(line) as string[][])[0] ?? [];

describe('a line of CSV', () => {
  it('is read back as it was by a parser that knows RFC 4180', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', ' ', '\n', '\r', '\t', 'é', '中', "'", '0') });
    fc.assert(
      fc.property(
        fc.array(
          text.map((each) => `x${each}`),
          { minLength: 1, maxLength: 6 },
        ),
        (texts) => {
          expect(read(csvLine(texts))).toEqual(texts);
        },
      ),
    );
  });

  it('keeps numbers numbers, and leaves empty what is not there', () => {
    expect(csvLine([1, -0.5, 1e-7, true, false, null, undefined, ''])).toBe('1,-0.5,1e-7,true,false,,,\r\n');
  });

  it('writes lists and objects as JSON', () => {
    expect(read(csvLine([{ a: [1, '"'] }]))).toEqual(['{"a":[1,"\\""]}']);
  });

  it.each([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(1)',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    '\uff1d1+1',
    '\u200b=1+1',
    '\u001b[31m=1+1',
    '\u0000@SUM(1)',
    '\ufeff=HYPERLINK("http://x","y")',
  ])('never begins a cell with a formula: %j', (text) => {
    const [cell] = read(csvLine([text]));
    expect(cell).toMatch(/^'/);
  });

  it('parts no cell in a second formula, whatever a spreadsheet parts at', () => {
    expect(csvLine(['a;=1+1'])).toBe('"a;=1+1"\r\n');
  });

  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u009b31mred', 'red'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u001b]0;an end is missing', '0;an end is missing'],
    ['\u001b(Bback\u001bc', 'back'],
    ['bell\u0007, back\u0008space, \u007fdelete', 'bell, backspace, delete'],
    ['turned \u202eabout', 'turned about'],
    ['zero\u200bwidth', 'zerowidth'],
    ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
  ])('holds nothing that a terminal would obey: %j', (text, clean) => {
    expect(read(csvLine([text]))).toEqual([clean]);
  });
});
