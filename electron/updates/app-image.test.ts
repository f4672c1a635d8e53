import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assertReplaceable, holdAppImage } from './app-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-image-'));
const file = join(folder, 'aurora-linux-x64.AppImage');

it('an AppImage that another took the place of leaves nothing behind', () => {
  writeFileSync(file, 'old');
  writeFileSync(join(folder, 'fetched'), 'new');
  const release = holdAppImage(file);
  rmSync(file);
  renameSync(join(folder, 'fetched'), file);
  release();
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['aurora-linux-x64.AppImage']);
});

it('an AppImage that was removed and not replaced is back', () => {
  writeFileSync(file, 'old');
  const release = holdAppImage(file);
  rmSync(file);
  release();
  expect(readFileSync(file, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['aurora-linux-x64.AppImage']);
});

it('a file that is gone cannot be replaced', () => {
  expect(() => assertReplaceable(file)).not.toThrow();
  expect(() => assertReplaceable(join(folder, 'gone'))).toThrow('cannot be replaced');
});
