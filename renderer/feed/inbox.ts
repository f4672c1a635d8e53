import { z } from 'zod';
import {
  engineToViewerSchemas,
  type Prices,
  type SidebarUpdate,
  type Snapshot,
  type Status,
  sidebarUpdateSchema,
  snapshotSchema,
  statusSchema,
} from '../../core/contract/sidebar.ts';

/** A message as read, and how much of it could not be: a newer engine may say what this page does not know. */
export interface Read<T> {
  value: T | null;
  unreadable: number;
}

const listed = z.array(z.unknown());
const envelope = snapshotSchema.extend({ updates: listed });

/** One bad row must not hide the good ones beside it. */
function readRows(rows: readonly unknown[]): { value: SidebarUpdate[]; unreadable: number } {
  const value = rows.flatMap((row) => {
    const read = sidebarUpdateSchema.safeParse(row);
    return read.success ? [read.data] : [];
  });
  return { value, unreadable: rows.length - value.length };
}

const nothing = { value: null, unreadable: 1 };

export function readUpdates(message: unknown): Read<SidebarUpdate[]> {
  const list = listed.safeParse(message);
  return list.success ? readRows(list.data) : nothing;
}

export function readSnapshot(message: unknown): Read<Snapshot> {
  const read = envelope.safeParse(message);
  if (!read.success) return nothing;
  const rows = readRows(read.data.updates);
  return { value: { ...read.data, updates: rows.value }, unreadable: rows.unreadable };
}

export function readPrices(message: unknown): Read<Prices> {
  const read = engineToViewerSchemas.prices.safeParse(message);
  return read.success ? { value: read.data, unreadable: 0 } : nothing;
}

export function readStatus(message: unknown): Read<Status> {
  const read = statusSchema.safeParse(message);
  return read.success ? { value: read.data, unreadable: 0 } : nothing;
}
