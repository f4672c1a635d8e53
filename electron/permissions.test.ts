import { describe, expect, it } from 'vitest';
import { isPermitted } from './permissions.ts';

/** Every name that Electron's documentation has for its two handlers, up to version 45. */
const NAMES = [
  'background-sync',
  'clipboard-read',
  'clipboard-sanitized-write',
  'deprecated-sync-clipboard-read',
  'display-capture',
  'fileSystem',
  'fullscreen',
  'geolocation',
  'hid',
  'idle-detection',
  'keyboardLock',
  'media',
  'mediaKeySystem',
  'midi',
  'midiSysex',
  'notifications',
  'openExternal',
  'pointerLock',
  'sensors',
  'serial',
  'speaker-selection',
  'storage-access',
  'top-level-storage-access',
  'unknown',
  'usb',
  'window-management',
];
const OWN = 'aurora-app://app/index.html';
const permitted = (url: string, isMainFrame: boolean): string[] =>
  NAMES.filter((permission) => isPermitted({ permission, url, isMainFrame }));

describe('of all permissions that there are', () => {
  it('the page has one, to copy texts', () => {
    expect(permitted(OWN, true)).toEqual(['clipboard-sanitized-write']);
  });

  it('a frame inside the page has none', () => {
    expect(permitted(OWN, false)).toEqual([]);
  });

  it.each(['about:blank', 'data:text/html,x', 'https://example.com/', 'aurora-app://app.evil/index.html', ''])(
    'what stands at %j has none',
    (url) => {
      expect(permitted(url, true)).toEqual([]);
    },
  );
});
