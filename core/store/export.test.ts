import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { ExportQuery } from '../contract/export.ts';
import type { Fact } from '../contract/facts.ts';
import { type ExportSummary, exportResults } from './export.ts';
import { aFilledStore, nthResult, openSession } from './testing/a-store.ts';
import { aFolder, completed, submitted } from './testing/facts.ts';

function exported(
  file: string,
  query: Partial<ExportQuery> = {},
): { text: string; pieces: number; summary: ExportSummary } {
  const pieces: string[] = [];
  const steps = exportResults(file, { format: 'csv', symbol: null, since: null, ...query });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return { text: pieces.join(''), pieces: pieces.length, summary: value };
    pieces.push(value);
  }
}

const rowsOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[];
const linesOf = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

function bodiesOf(file: string): string[] {
  const db = new Database(file);
  const bodies = db.prepare('SELECT body FROM results ORDER BY offset').pluck().all() as string[];
  db.close();
  return bodies;
}

function change(file: string, sql: string): string {
  const db = new Database(file);
  db.exec(sql);
  db.close();
  return file;
}

describe('an export', () => {
  it('as JSON lines is the stored bodies as they are', () => {
    const file = aFilledStore(450);
    const { text, pieces, summary } = exported(file, { format: 'jsonl' });
    expect(text).toBe(
      bodiesOf(file)
        .map((body) => `${body}\n`)
        .join(''),
    );
    expect(summary).toEqual({ results: 450, unverified: 0, gaps: [] });
    expect(pieces).toBe(12);
  });

  it('as CSV has a row for each result, with the figures that are stored', () => {
    const file = aFilledStore(20);
    const rows = rowsOf(exported(file).text);
    const records = bodiesOf(file).map((body) => JSON.parse(body) as Record<string, unknown>);
    expect(rows).toHaveLength(20);
    for (const [place, row] of rows.entries()) {
      const record = records[place] ?? {};
      expect(row).toMatchObject({
        offset: String(place + 1),
        verified: 'true',
        problem: '',
        task_id: record.task_id,
        signal: record.signal ?? '',
        confidence: String(record.confidence ?? ''),
        reasoning: record.reasoning ?? '',
        result: record.result ? JSON.stringify(record.result) : '',
        hash: record.hash,
      });
    }
  });

  it('can be of one symbol, and from an instant on', () => {
    const file = aFilledStore(20);
    const of = (query: Partial<ExportQuery>) => rowsOf(exported(file, query).text);
    expect(new Set(of({ symbol: 'GOOG' }).map(({ symbol }) => symbol))).toEqual(new Set(['GOOG']));
    expect(of({ symbol: 'NOPE' })).toEqual([]);
    const since = Date.UTC(2026, 0, 5, 12, 0, 15);
    expect(of({ since }).map(({ offset }) => offset)).toEqual(['16', '17', '18', '19', '20']);
  });

  it('is read in short steps, while the store goes on', () => {
    const file = aFilledStore(300);
    const session = openSession(file);
    const steps = exportResults(file, { format: 'jsonl', symbol: null, since: null });
    steps.next();
    session.commit([nthResult(300)]);
    session.tidy(0);
    expect(session.walBytes).toBe(0);
    expect([...steps].join('')).toContain('"offset":301');
    session.close();
  });

  it('marks what does not add up, and cannot be taken for it', () => {
    const file = change(
      aFilledStore(20),
      `UPDATE results SET body = replace(body, '"confidence":0.8', '"confidence":0.9') WHERE offset = 3;
       UPDATE results SET body = 'torn' WHERE offset = 8;
       PRAGMA foreign_keys = OFF;
       DELETE FROM results WHERE offset = 12`,
    );
    const { text, summary } = exported(file);
    expect(summary).toEqual({ results: 19, unverified: 3, gaps: [{ from: 12, to: 12, why: 'missing' }] });
    expect(rowsOf(text).filter(({ verified }) => verified !== 'true')).toMatchObject([
      { offset: '3', verified: 'false', problem: 'its content does not add up with its hash', confidence: '0.9' },
      { offset: '8', verified: 'false', problem: 'its body cannot be read', task_id: 'task-7', symbol: 'GOOG' },
      { offset: '13', verified: 'false', problem: 'the row before it is missing, so nobody can tell' },
    ]);
    const lines = linesOf(exported(file, { format: 'jsonl' }).text);
    expect(lines[7]).toEqual({ verified: false, offset: 8, problem: 'its body cannot be read', body: 'torn' });
  });

  it('of a damaged file has every row that can be read, and says how many are lost', () => {
    const file = aFilledStore(300);
    const bytes = readFileSync(file);
    const pages = bytes.length / 4096;
    bytes.fill(0xff, Math.floor(pages * 0.3) * 4096, Math.floor(pages * 0.3 + 4) * 4096);
    writeFileSync(file, bytes);
    const { text, summary } = exported(file, { format: 'jsonl' });
    const lost = summary.gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    expect(lost).toBeGreaterThan(0);
    expect(summary.results + lost).toBe(300);
    const whole = aFilledStore(300);
    const bodies = new Set(bodiesOf(whole));
    const sound = text
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('{"verified":false'));
    expect(sound).toHaveLength(summary.results - summary.unverified);
    for (const line of sound) expect(bodies.has(line)).toBe(true);
  });

  it('makes no formula and no terminal sequence of any text that an agent sends', () => {
    const payloads = [
      '=1+1',
      '+1+1',
      '-2+3',
      '@SUM(A1)',
      '=HYPERLINK("http://evil.example","click")',
      "=cmd|'/C calc'!A0",
      '\t=1+1',
      '\r=1+1',
      '\u001b[31m=1+1',
      '\u202e=1+1',
    ];
    const file = `${aFolder()}/aurora.db`;
    const session = openSession(file);
    for (const [nth, payload] of payloads.entries()) session.commit([withText(`${payload}${nth}`, payload, nth)]);
    session.close();
    const rows = rowsOf(exported(file).text);
    expect(rows).toHaveLength(payloads.length);
    for (const row of rows)
      for (const [column, cell] of Object.entries(row)) {
        expect(cell, column).not.toMatch(/^[=+@\t\r\n]/);
        if (cell.startsWith('-')) expect(Number(cell), column).not.toBeNaN();
        expect(cell, column).not.toContain('\u001b');
      }
    for (const column of [
      'task_id',
      'symbol',
      'reasoning',
      'model',
      'hidden_hand_warning',
      'context_tier',
      'completed_by',
    ])
      expect(rows[0]?.[column], column).toMatch(/^'=1\+1/);
  });
});

/** A result that has a payload in each of its texts. */
function withText(task_id: string, payload: string, nth: number): Fact[] {
  const done = completed(task_id, { at: nth, reasoning: payload, raw_content: payload });
  if (!done.settled) throw new Error('a trading result is settled');
  return [
    submitted(task_id),
    {
      ...done,
      settled: {
        ...done.settled,
        symbol: payload,
        timeframe: payload,
        model: payload,
        hidden_hand_warning: payload,
        context_tier: payload,
        completed_by: payload,
        analysis_task_id: payload,
        claimed: { [payload]: payload },
        adjustments: [{ kind: 'hidden_hand', multiplier: 0.5, reason: payload }],
      },
    },
  ];
}
