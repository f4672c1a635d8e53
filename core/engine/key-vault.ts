/** What seals keys so that no other user and no copy of the disk can read them: the system's keyring. */
export interface KeyVault {
  /** Its name, which files keep beside what it has sealed: letters, digits and underscores. */
  readonly backend: string;
  /** Rejects where it cannot. */
  seal(text: string): Promise<Uint8Array>;
  /** Rejects where the bytes are damaged, or were sealed by another. */
  open(sealed: Uint8Array): Promise<string>;
}
