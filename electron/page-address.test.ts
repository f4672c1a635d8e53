import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contentOf, fileOf, isOwnPage } from './page-address.ts';
import { ESCAPES } from './testing/escapes.ts';

const folder = '/opt/aurora/app';

describe('the file that an address of the page means', () => {
  it('is one of the page’s folder', () => {
    expect(fileOf(folder, 'aurora-app://app/index.html')).toBe(join(folder, 'index.html'));
    expect(fileOf(folder, 'aurora-app://app/assets/a%20b.js?x#y')).toBe(join(folder, 'assets', 'a b.js'));
  });

  it.each(['aurora-app://app/../app-evil/index.html', 'aurora-app://app/%2e%2e/%2e%2e/app-evil/index.html'])(
    'stays inside for %j',
    (url) => {
      expect(fileOf(folder, url)).toBe(join(folder, 'app-evil', 'index.html'));
    },
  );

  it.each(ESCAPES)('is none for %j', (url) => {
    expect(fileOf(folder, url)).toBeNull();
  });
});

describe('what is served', () => {
  function aPage(): { folder: string; outside: string } {
    const root = mkdtempSync(join(tmpdir(), 'aurora-page-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const [inner, outside] = [join(root, 'app'), join(root, 'app-evil')];
    mkdirSync(join(inner, 'assets'), { recursive: true });
    mkdirSync(outside);
    writeFileSync(join(inner, 'assets', 'a.js'), 'own');
    writeFileSync(join(outside, 'a.js'), 'foreign');
    return { folder: inner, outside };
  }
  const served = async (folder: string, ...path: string[]): Promise<string | undefined> =>
    (await contentOf(folder, join(folder, ...path)))?.toString();

  it('is what lies in the folder, also behind a link that stays in it', async () => {
    const { folder } = aPage();
    symlinkSync(join(folder, 'assets', 'a.js'), join(folder, 'b.js'));
    expect([await served(folder, 'assets', 'a.js'), await served(folder, 'b.js')]).toEqual(['own', 'own']);
  });

  it('is nothing that a link leads to outside, nor a folder, nor what is not there', async () => {
    const { folder, outside } = aPage();
    symlinkSync(join(outside, 'a.js'), join(folder, 'b.js'));
    symlinkSync(outside, join(folder, 'c'));
    for (const path of [['b.js'], ['c', 'a.js'], ['assets'], ['none.js']])
      expect(await served(folder, ...path), path.join('/')).toBeUndefined();
  });
});

describe('the window’s own page', () => {
  it.each([
    ['aurora-app://app/index.html', true],
    ['aurora-app://app/index.html#x', true],
    ['aurora-app://app.evil/index.html', false],
    ['https://aurora-app/app', false],
    ['about:blank', false],
    ['data:text/html,x', false],
    ['', false],
  ])('%j: %s', (url, own) => {
    expect(isOwnPage(url)).toBe(own);
  });
});
