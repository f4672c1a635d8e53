import type { SafeStorage } from 'electron';
import { describe, expect, it } from 'vitest';
import { openKeyVault } from './key-vault.ts';

const turned = (text: string): string => [...text].reverse().join('');
const seal = (mark: string) => (text: string) => Buffer.from(mark + turned(text));
const open = (sealed: Buffer): string => turned(sealed.subarray(3).toString());

/** Electron's own module as versions of it have it; each seals with this mark. */
const of25 = (available: boolean, mark = 'v11') =>
  ({
    isEncryptionAvailable: () => available,
    encryptString: seal(mark),
    decryptString: open,
  }) as unknown as SafeStorage;
const of45 = (backend: string, mark = 'v11') =>
  ({
    getSelectedStorageBackend: () => backend,
    isAsyncEncryptionAvailable: async () => true,
    encryptStringAsync: async (text: string) => seal(mark)(text),
    decryptStringAsync: async (sealed: Buffer) => ({ result: open(sealed), shouldReEncrypt: false }),
  }) as unknown as SafeStorage;

describe('a keyring', () => {
  it.each<[string, SafeStorage, NodeJS.Platform, string]>([
    ['older Electron on Linux', of25(true), 'linux', 'keyring'],
    ['GNOME', of45('gnome_libsecret'), 'linux', 'gnome_libsecret'],
    ['KDE', of45('kwallet6'), 'linux', 'kwallet6'],
    ['macOS, whose mark is the same as the one that hides nothing on Linux', of45('', 'v10'), 'darwin', 'keychain'],
    ['Windows', of45('', 'v10'), 'win32', 'dpapi'],
  ])('seals and opens: %s', async (_which, storage, platform, backend) => {
    const vault = await openKeyVault(storage, platform);
    expect(vault?.backend).toBe(backend);
    const sealed = (await vault?.seal('a key')) as Uint8Array;
    expect(Buffer.from(sealed).toString()).not.toContain('a key');
    expect(await vault?.open(sealed)).toBe('a key');
  });

  it.each<[string, SafeStorage]>([
    ['older Electron', of25(false)],
    ['a desktop that it does not know', of45('basic_text')],
    ['one that cannot be told', of45('unknown')],
  ])('is none with %s', async (_which, storage) => {
    expect(await openKeyVault(storage, 'linux')).toBeNull();
  });

  it.each<[string, SafeStorage]>([
    ['older Electron', of25(true, 'v10')],
    ['newer Electron', of45('gnome_libsecret', 'v10')],
  ])(
    'that is named and out of reach seals nothing, and opens nothing that hides nothing: %s',
    async (_which, storage) => {
      const vault = await openKeyVault(storage, 'linux');
      await expect(vault?.seal('a key')).rejects.toThrow('out of reach');
      await expect(vault?.open(seal('v10')('a key'))).rejects.toThrow('out of reach');
    },
  );
});
