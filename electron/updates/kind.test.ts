import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { whyNotByItself } from './kind.ts';

const resources = mkdtempSync(join(tmpdir(), 'aurora-kind-'));
const appImage = { platform: 'linux', isPackaged: true, appImage: true, resources, hasFeed: true } as const;

it.each([
  ['an AppImage', appImage],
  ['Windows', { ...appImage, platform: 'win32', appImage: false }],
  ['macOS', { ...appImage, platform: 'darwin', appImage: false }],
] as const)('%s renews itself', (_name, installation) => {
  expect(whyNotByItself(installation)).toBeNull();
});

it('a package of the system’s is left to the system', () => {
  expect(whyNotByItself({ ...appImage, appImage: false })).toContain('package manager');
  const noted = mkdtempSync(join(tmpdir(), 'aurora-kind-'));
  writeFileSync(join(noted, 'package-type'), 'deb');
  expect(whyNotByItself({ ...appImage, resources: noted })).toContain('package manager');
});

it('a source tree and a build without a feed say so', () => {
  expect(whyNotByItself({ ...appImage, isPackaged: false })).toContain('source tree');
  expect(whyNotByItself({ ...appImage, hasFeed: false })).toContain('knows no place');
});
