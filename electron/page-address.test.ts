import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileOf, isOwnPage } from './page-address.ts';

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

  it.each([
    'aurora-app://app/',
    'aurora-app://app/..',
    'aurora-app://app/%2e%2e%2fapp-evil/index.html',
    'aurora-app://app/..%2f..%2fetc/passwd',
    'aurora-app://app/assets/..%2f..%2f..%2fetc/passwd',
    'aurora-app://app/..%5c..%5cwindows',
    'aurora-app://app/%5c%5cserver%5cshare',
    'aurora-app://app/index.html%00.js',
    'aurora-app://app/%',
    'aurora-app://app/%c0%ae%c0%ae/etc/passwd',
    'aurora-app://app.evil/index.html',
    'aurora-app://app:80/index.html',
    'aurora-app://evil/index.html',
    'aurora-app:index.html',
    'aurora-app-evil://app/index.html',
    'https://app/index.html',
    'file:///opt/aurora/app/index.html',
    'not an address',
    '',
  ])('is none for %j', (url) => {
    expect(fileOf(folder, url)).toBeNull();
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
