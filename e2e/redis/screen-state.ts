import { createHash } from 'node:crypto';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';

export const digestOf = (row: SidebarUpdate): string =>
  createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 16);

/** All that a screen shows, as a text that is the same for the same rows. */
export const stateOf = (rows: Iterable<SidebarUpdate>): string =>
  [...rows]
    .sort((a, b) => a.offset - b.offset)
    .map((row) => `${row.offset} ${digestOf(row)}`)
    .join('\n');
