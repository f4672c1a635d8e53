import { expect, it } from 'vitest';
import { ownAppImage, whyNotByItself } from './kind.ts';

const appImage = {
  platform: 'linux',
  isPackaged: true,
  executable: '/tmp/.mount_aurora/aurora',
  appImage: true,
  hasFeed: true,
  isSigned: true,
} as const;

it.each([
  ['an AppImage, which no system signs', { ...appImage, isSigned: false }],
  ['Windows', { ...appImage, platform: 'win32', appImage: false }],
  ['macOS', { ...appImage, platform: 'darwin', appImage: false }],
] as const)('%s renews itself', (_name, installation) => {
  expect(whyNotByItself(installation)).toBeNull();
});

it('a .deb or .rpm is left to the system', () => {
  const installed = { ...appImage, executable: '/opt/Aurora/aurora', appImage: false };
  expect(whyNotByItself(installed)).toContain('package manager');
});

it('an archive that was unpacked by hand is renewed by hand', () => {
  for (const executable of ['/home/me/aurora/aurora', '/opt/Aurora2/aurora'])
    expect(whyNotByItself({ ...appImage, appImage: false, executable })).toContain('unpacked by hand');
});

it('on macOS a build without its makers’ signature does not renew itself', () => {
  expect(whyNotByItself({ ...appImage, platform: 'darwin', isSigned: false })).toContain('not signed');
});

it('a source tree and a build without a feed say so', () => {
  expect(whyNotByItself({ ...appImage, isPackaged: false })).toContain('source tree');
  expect(whyNotByItself({ ...appImage, hasFeed: false })).toContain('knows no place');
});

it('an AppImage is the one whose mount the program lies in, not one that only started it', () => {
  const told = { APPIMAGE: '/home/me/aurora.AppImage', APPDIR: '/tmp/.mount_aurora' };
  expect(ownAppImage('/tmp/.mount_aurora/aurora', told)).toBe('/home/me/aurora.AppImage');
  expect(ownAppImage('/home/me/Aurora/aurora', told)).toBeNull();
  expect(ownAppImage('/tmp/.mount_aurora-evil/aurora', told)).toBeNull();
  expect(ownAppImage('/tmp/.mount_aurora/aurora', { APPIMAGE: told.APPIMAGE })).toBeNull();
});
