import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeFolder } from './make-folder.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it('makes what is missing for this user alone, and leaves what is there', () => {
  const folder = join(aFolder(), 'a', 'b');
  makeFolder(folder);
  makeFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

it('throws where a file is in the way or a parent refuses, and always comes to an end', () => {
  const file = join(aFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file)).toThrow(/EEXIST/);
  expect(() => makeFolder(join(file, 'under'))).toThrow(/EEXIST/);
  expect(() => makeFolder('/proc/nowhere/x')).toThrow();
});
