import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder } from '../store/testing/facts.ts';
import { writeTextPrivately } from './private-file.ts';

it('a private file is this user’s alone, and whole', () => {
  const file = join(aFolder(), 'keys', 'one');
  writeTextPrivately(file, 'first');
  writeTextPrivately(file, 'second');
  expect(readFileSync(file, 'utf8')).toBe('second');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('nothing of it is left lying about where it cannot be written', () => {
  const folder = aFolder();
  mkdirSync(join(folder, 'one', 'in the way'), { recursive: true });
  expect(() => writeTextPrivately(join(folder, 'one'), 'a secret')).toThrow(/cannot be written/);
  expect(readdirSync(folder)).toEqual(['one']);
});
