import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { Attempt } from './attempt.ts';

let folder: string;
let attempt: Attempt;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-attempt-'));
  attempt = new Attempt(join(folder, 'update.json'));
});

it('the old version that starts after it says that it failed, and why, once', () => {
  attempt.begun('2.0.0');
  attempt.failed('2.0.0', 'the disk is full');
  expect(attempt.outcome('1.0.0')).toBe(
    'Aurora 2.0.0 could not be installed, and 1.0.0 goes on as before: the disk is full',
  );
  expect(attempt.outcome('1.0.0')).toBeNull();
});

it('an installer that ended without a word has failed too', () => {
  attempt.begun('2.0.0');
  expect(attempt.outcome('1.0.0')).toBe('Aurora 2.0.0 could not be installed, and 1.0.0 goes on as before');
});

it('the new version says nothing, and neither does a note that cannot be read', () => {
  attempt.begun('2.0.0');
  expect(attempt.outcome('2.0.0')).toBeNull();
  writeFileSync(join(folder, 'update.json'), '{"version": 2');
  expect(attempt.outcome('1.0.0')).toBeNull();
  expect(readdirSync(folder)).toEqual([]);
});
