import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export { completed, submitted } from './task-facts.ts';

/** A folder of the test's own, gone when it is over. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
