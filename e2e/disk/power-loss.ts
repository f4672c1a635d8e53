import type { DiskCall } from './system-calls.ts';

/** What becomes of what was written and not synced when the power goes: nothing, all, or what chance leaves of it. */
export type Unsynced = 'lost' | 'kept' | 'torn';

/** Bytes of each file that is there. */
export type Image = Map<string, Buffer>;

type FileCall = Exclude<DiskCall, { op: 'mark' | 'sync_names' }>;

const SECTOR = 512;

/** A disk with a cache: what was synced is there after a power loss, of the rest nobody can say. */
export class Disk {
  readonly #synced: Image = new Map();
  readonly #cached = new Map<string, FileCall[]>();

  take(call: DiskCall): void {
    if (call.op === 'mark') return;
    if (call.op === 'sync_names') return this.#syncNames();
    const waiting = [...(this.#cached.get(call.file) ?? []), call];
    if (call.op !== 'sync') return void this.#cached.set(call.file, waiting);
    for (const one of waiting) apply(this.#synced, one);
    this.#cached.delete(call.file);
  }

  /** What was deleted is gone for good. */
  #syncNames(): void {
    for (const [file, waiting] of this.#cached) {
      const deleted = waiting.findLastIndex((call) => call.op === 'unlink');
      if (deleted < 0) continue;
      this.#synced.delete(file);
      this.#cached.set(file, waiting.slice(deleted + 1));
    }
  }

  /** What is there if the power goes now. */
  afterPowerLoss(unsynced: Unsynced, random: () => number): Image {
    const image: Image = new Map([...this.#synced].map(([file, bytes]) => [file, Buffer.from(bytes)]));
    if (unsynced === 'lost') return image;
    for (const call of [...this.#cached.values()].flat()) {
      const left = unsynced === 'kept' ? call : torn(call, random);
      if (left) apply(image, left);
    }
    return image;
  }
}

/** A write of several sectors may be there in part; anything may be missing altogether. */
function torn(call: FileCall, random: () => number): FileCall | null {
  if (random() < 0.4) return null;
  if (call.op !== 'write' || random() < 0.5) return call;
  return { ...call, data: call.data.subarray(0, SECTOR * Math.floor((random() * call.data.length) / SECTOR)) };
}

function apply(image: Image, call: FileCall): void {
  const before = image.get(call.file) ?? Buffer.alloc(0);
  if (call.op === 'unlink') image.delete(call.file);
  else if (call.op === 'sync') image.set(call.file, before);
  else if (call.op === 'truncate') image.set(call.file, resized(before, call.size));
  else {
    const end = call.at + call.data.length;
    const after = end > before.length ? resized(before, end) : before;
    call.data.copy(after, call.at);
    image.set(call.file, after);
  }
}

function resized(bytes: Buffer, size: number): Buffer {
  const sized = Buffer.alloc(size);
  bytes.copy(sized, 0, 0, Math.min(bytes.length, size));
  return sized;
}
