import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/**
 * When majors became stable: the dates of their first versions in npm's registry (npm view electron time).
 * Electron supports its latest three majors (electronjs.org/docs/latest/tutorial/electron-timelines), a new one
 * about every eight weeks; so one ends when the third after it is stable, which is reckoned while it is not yet.
 */
const STABLE: Readonly<Record<number, string>> = {
  40: '2026-01-16',
  41: '2026-03-11',
  42: '2026-05-06',
  43: '2026-07-01',
  44: '2026-08-25',
  45: '2026-10-21',
};
const SUPPORTED = 3;
const WEEK_MS = 7 * 24 * 3_600_000;
const CADENCE_MS = 8 * WEEK_MS;
const GRACE_MS = 8 * WEEK_MS;

/** Epoch ms of the end of a major's support. */
function endOf(major: number): number {
  const next = major + SUPPORTED;
  const known = Math.min(next, Math.max(...Object.keys(STABLE).map(Number)));
  return Date.parse(STABLE[known] ?? '') + (next - known) * CADENCE_MS;
}

const { devDependencies } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8'),
) as { devDependencies: { electron: string } };
const used = Number(devDependencies.electron.split('.')[0]);

it('the table knows when a major ends', () => {
  expect(new Date(endOf(42)).toISOString()).toMatch(/^2026-10-21/);
  expect(new Date(endOf(45)).toISOString()).toMatch(/^2027-04-07/);
});

it('the Electron in use is pinned, and supported, or has been until eight weeks ago', () => {
  expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
  expect(STABLE[used], `add Electron ${used} to the table`).toBeDefined();
  const left = endOf(used) + GRACE_MS - Date.now();
  expect(left, `Electron ${used} gets no more fixes: move to a supported one`).toBeGreaterThan(0);
});
