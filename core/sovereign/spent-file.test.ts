import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SpentFile } from './spent-file.ts';

const SPENT = { hour: { since: 0, tokens: 5, usd: 0.01 }, day: { since: 0, tokens: 7, usd: 0.02 } };

function aFile(name = join('models', 'used.json')) {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (_: object, message: string) => void warnings.push(message), error: () => {} };
  const path = join(folder, name);
  return { path, folder, warnings, file: new SpentFile(path, log) };
}

it('keeps what was used over restarts, for this user alone', () => {
  const { path, file, warnings } = aFile();
  expect(file.read()).toBeNull();
  file.write(SPENT);
  expect(file.read()).toEqual(SPENT);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(warnings).toEqual([]);
});

it.each(['', '{', '{"hour":{}}', '{"hour":{"since":0,"tokens":-5,"usd":0},"day":{"since":0,"tokens":0,"usd":0}}'])(
  'begins anew where %j stands there, and says so',
  (text) => {
    const { path, file, warnings } = aFile('used.json');
    writeFileSync(path, text);
    expect(file.read()).toBeNull();
    expect(warnings).toEqual(['what models have used cannot be read: the budget begins anew']);
  },
);

it('says once that it cannot be written', () => {
  const { folder, warnings } = aFile('x');
  writeFileSync(join(folder, 'in-the-way'), '');
  const log = { info: () => {}, warn: (_: object, message: string) => void warnings.push(message), error: () => {} };
  const file = new SpentFile(join(folder, 'in-the-way', 'used.json'), log);
  file.write(SPENT);
  file.write(SPENT);
  expect(warnings).toHaveLength(1);
  expect(readFileSync(join(folder, 'in-the-way'), 'utf8')).toBe('');
});
