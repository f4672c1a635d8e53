import { createHash } from 'node:crypto';

/** One figure for what a viewer shows: the offset at each symbol. */
export function stateOf(rows: ReadonlyMap<string, number>): string {
  const lines = [...rows].map(([symbol, offset]) => `${symbol} ${offset}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** Microseconds on a clock that all processes of this machine share. */
export const sharedMicroseconds = (): number => Number(process.hrtime.bigint() / 1_000n);
