import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Durations } from './spread.ts';

const PAGE = Buffer.alloc(4_096, 1);

/** The least that a durable write can take: 4 KiB at the end of a file, and on the disk. */
export function syncs(folder: string, times: number, durations: Durations): void {
  const file = openSync(join(folder, 'syncs'), 'a');
  try {
    for (let time = 0; time < times; time += 1) {
      const start = performance.now();
      writeSync(file, PAGE);
      fdatasyncSync(file);
      durations.add(performance.now() - start);
    }
  } finally {
    closeSync(file);
  }
}
