import canonicalize from 'canonicalize';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { useStores } from '../state/stores.ts';

/** Unknown while nothing is known of it, and for good where the record before it is not to be had. */
export type HashCheck = 'adds_up' | 'does_not' | 'unknown';

// Loose: a hash is over every field, also those that this page does not know.
const hashed = z.looseObject({ offset: z.number().int(), hash: z.string() });

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether a record's hash is over the hash before it and the record; of the newest first, as the engine lists them. */
export async function checkHash([given, previous]: readonly unknown[], offset: number): Promise<HashCheck> {
  const record = hashed.safeParse(given);
  const before = hashed.safeParse(previous);
  if (!record.success || record.data.offset !== offset) return 'unknown';
  const first = offset === 1 && previous === undefined;
  if (!first && before.data?.offset !== offset - 1) return 'unknown';
  const { hash, ...unhashed } = record.data;
  const made = await sha256((before.data?.hash ?? '') + canonicalize(unhashed));
  return made === hash ? 'adds_up' : 'does_not';
}

/** Makes the hash anew from what the engine hands out now. */
export function useHashCheck({ offset }: Pick<SidebarUpdate, 'offset'>): HashCheck {
  const { api } = useStores();
  const [known, setKnown] = useState<{ offset: number; check: HashCheck } | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    api
      .chain(offset, asking.signal)
      .then((items) => checkHash(items, offset))
      .then(
        (check) => asking.signal.aborted || setKnown({ offset, check }),
        // Not being able to check says nothing against the record; that it could not be read is said elsewhere.
        () => asking.signal.aborted || setKnown(null),
      );
    return () => asking.abort();
  }, [api, offset]);
  return known?.offset === offset ? known.check : 'unknown';
}
