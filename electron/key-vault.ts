import type { SafeStorage } from 'electron';
import type { KeyVault } from '../core/engine/key-vault.ts';

/** Chromium's mark on what it has sealed, on Linux, with a password that stands in its source. */
const HARD_CODED = 'v10';

/** The name of what this system seals with; null where that would hide nothing. */
function backendOf(storage: SafeStorage, platform: NodeJS.Platform): string | null {
  if (platform === 'darwin') return 'keychain';
  if (platform === 'win32') return 'dpapi';
  // Older versions of Electron do not say which one it is.
  if (typeof storage.getSelectedStorageBackend !== 'function')
    return storage.isEncryptionAvailable() ? 'keyring' : null;
  const name = storage.getSelectedStorageBackend();
  return name === 'basic_text' || name === 'unknown' ? null : name;
}

/** The system's keyring, once Electron is ready; null where there is none that hides anything. */
export async function openKeyVault(storage: SafeStorage, platform: NodeJS.Platform): Promise<KeyVault | null> {
  const backend = backendOf(storage, platform);
  if (backend === null) return null;
  const assertHidden = (sealed: Buffer): Buffer => {
    // A keyring that is named may be out of reach all the same.
    if (platform === 'linux' && sealed.subarray(0, HARD_CODED.length).toString() === HARD_CODED)
      throw new Error('it is out of reach');
    return sealed;
  };
  // The older calls stop the whole program while a keyring asks its user for a password.
  const async = typeof storage.encryptStringAsync === 'function';
  return {
    backend,
    seal: async (text) => assertHidden(async ? await storage.encryptStringAsync(text) : storage.encryptString(text)),
    async open(bytes) {
      const sealed = assertHidden(Buffer.from(bytes));
      return async ? (await storage.decryptStringAsync(sealed)).result : storage.decryptString(sealed);
    },
  };
}
