import { createHash } from 'node:crypto';
import { closeSync, existsSync, fdatasyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { syncFolder } from './disk-sync.ts';

const anchorSchema = z.object({
  epoch: z.string(),
  offset: z.number().int(),
  hash: z.string(),
  turn: z.number().int(),
});
/** The last result that was acked, as it is remembered outside the database. */
export type Anchor = Omit<z.output<typeof anchorSchema>, 'turn'>;

/** Where the anchor of a store lies. */
export const anchorOf = (file: string): string => `${file}.anchor`;

const SLOT_BYTES = 512;
const SLOTS = 2;
const CHECKSUM_CHARS = 32;

const checksum = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, CHECKSUM_CHARS);

function readSlot(handle: number, slot: number): z.output<typeof anchorSchema> | null {
  const bytes = Buffer.alloc(SLOT_BYTES);
  readSync(handle, bytes, 0, SLOT_BYTES, slot * SLOT_BYTES);
  const text = bytes.toString('utf8').replace(/\0+$/, '').trimEnd();
  const body = text.slice(CHECKSUM_CHARS);
  if (body === '' || checksum(body) !== text.slice(0, CHECKSUM_CHARS)) return null;
  const parsed = anchorSchema.safeParse(JSON.parse(body));
  return parsed.success ? parsed.data : null;
}

const slotsOf = (handle: number): z.output<typeof anchorSchema>[] =>
  [0, 1].flatMap((slot) => readSlot(handle, slot) ?? []).sort((a, b) => b.turn - a.turn);

const newestOf = (handle: number): Anchor | null => {
  const [newest] = slotsOf(handle);
  return newest ? { epoch: newest.epoch, offset: newest.offset, hash: newest.hash } : null;
};

/** What the anchor of a store says, while an engine may be at work on it; null where there is none. */
export function readAnchor(file: string): Anchor | null {
  if (!existsSync(file)) return null;
  const handle = openSync(file, 'r');
  try {
    return newestOf(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Remembers beside the database how far it had come: a damaged WAL loses acked commits without a word.
 * Two checksummed slots are written in turn, so that a torn write leaves the one before.
 */
export class AnchorFile {
  readonly #file: string;
  readonly #handle: number;
  #turn: number;
  #dirty = false;

  constructor(file: string) {
    this.#file = file;
    const isNew = !existsSync(file);
    this.#handle = openSync(file, isNew ? 'wx+' : 'r+', 0o600);
    if (isNew) syncFolder(dirname(file));
    this.#turn = slotsOf(this.#handle)[0]?.turn ?? 0;
  }

  /** The newest slot that is whole; null where none is. */
  read(): Anchor | null {
    return newestOf(this.#handle);
  }

  write(anchor: Anchor): void {
    this.#turn += 1;
    const body = JSON.stringify({ ...anchor, turn: this.#turn });
    const bytes = Buffer.alloc(SLOT_BYTES);
    bytes.write(checksum(body) + body);
    writeSync(this.#handle, bytes, 0, SLOT_BYTES, (this.#turn % SLOTS) * SLOT_BYTES);
    this.#dirty = true;
  }

  /** Brings what was written to the disk; the database itself is there already. */
  sync(): void {
    if (!this.#dirty) return;
    fdatasyncSync(this.#handle);
    this.#dirty = false;
  }

  close(): void {
    this.sync();
    closeSync(this.#handle);
  }

  /** Takes the file away: whatever it remembers is of another store. */
  remove(): void {
    closeSync(this.#handle);
    rmSync(this.#file, { force: true });
  }
}
