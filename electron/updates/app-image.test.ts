import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { canMount, smallDisk } from '../../e2e/support/small-disk.ts';
import { assertReplaceable, replaceAppImage } from './app-image.ts';

let folder: string;
let fetched: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-image-'));
  file = join(folder, 'Aurora-1.0.0.AppImage');
  writeFileSync(file, 'old');
  fetched = join(mkdtempSync(join(tmpdir(), 'aurora-fetched-')), 'aurora-2.0.0.AppImage');
  writeFileSync(fetched, 'new');
  chmodSync(fetched, 0o755);
});

const sha512 = (text: string): string => createHash('sha512').update(text).digest('base64');

it('the newer one has the name of the old one, though there is a version in it, and nothing lies beside', () => {
  replaceAppImage(file, fetched, sha512('new'));
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o755);
  expect(readdirSync(folder)).toEqual(['Aurora-1.0.0.AppImage']);
});

it.each([
  ['is gone', () => rmSync(fetched)],
  ['was cut short', () => writeFileSync(fetched, 'ne')],
  ['is another', () => writeFileSync(fetched, 'NEW')],
])('an AppImage is as it was where what was fetched %s', (_what, harm) => {
  harm();
  expect(() => replaceAppImage(file, fetched, sha512('new'))).toThrow('cannot be replaced');
  expect(readFileSync(file, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['Aurora-1.0.0.AppImage']);
});

it('a file that is gone cannot be replaced', () => {
  expect(() => assertReplaceable(file)).not.toThrow();
  expect(() => assertReplaceable(join(folder, 'gone'))).toThrow('cannot be replaced');
});

const onSmallDisk = `
const { readdirSync, readFileSync, writeFileSync } = await import('node:fs');
const { replaceAppImage } = await import(process.argv[1]);
const [file, fetched, sha512] = process.argv.slice(2);
writeFileSync(file, 'old');
let why = '';
try { replaceAppImage(file, fetched, sha512); } catch (error) { why = error.message; }
const left = readdirSync(process.cwd()).filter((name) => name !== 'ballast');
console.log(JSON.stringify({ why, left, content: readFileSync(file, 'utf8') }));
`;

it.skipIf(!canMount())('an AppImage is as it was where its disk has no place for the newer one', () => {
  const program = 'x'.repeat(128 * 1024);
  writeFileSync(fetched, program);
  const disk = smallDisk(join(folder, 'disk'), '256k', 192 * 1024);
  const [enter = '', ...args] = disk.enter;
  const module = new URL('./app-image.ts', import.meta.url).href;
  const image = join(disk.folder, 'aurora.AppImage');
  const node = [
    process.execPath,
    '--input-type=module',
    '-e',
    `process.chdir(${JSON.stringify(disk.folder)});${onSmallDisk}`,
  ];
  const { stdout } = spawnSync(enter, [...args, ...node, module, image, fetched, sha512(program)], {
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toEqual({
    why: expect.stringContaining('no space left'),
    left: ['aurora.AppImage'],
    content: 'old',
  });
});
