import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** What the first record of a store is chained to. */
export const CHAIN_START = '';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Hash of a record in the audit chain: over the hash before it and the record's RFC 8785 form without its own hash. */
export const chainHash = (before: string, unhashed: Record<string, unknown>): string =>
  sha256(before + canonicalize(unhashed));

/** Whether a stored body adds up with the hash before it. */
export function addsUp(before: string, body: string): boolean {
  try {
    const { hash, ...unhashed } = JSON.parse(body) as Record<string, unknown>;
    return hash === chainHash(before, unhashed);
  } catch {
    return false;
  }
}
