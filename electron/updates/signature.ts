import { createPublicKey, verify } from 'node:crypto';

/** Whether the owner of `key` (Ed25519, SPKI in base64) has signed this text; `signature` is base64. What cannot be read is no signature. */
export function isSigned(text: string, signature: string, key: string): boolean {
  try {
    const owner = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    if (owner.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, Buffer.from(text, 'utf8'), owner, Buffer.from(signature.trim(), 'base64'));
  } catch {
    return false;
  }
}
