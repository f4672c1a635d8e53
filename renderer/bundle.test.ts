import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BUDGET = 350_000;
/** What the latin text of the page needs; the other alphabets are fetched only where their letters appear. */
const FONT = /inter-latin-wght/;

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-page-'));
  await build({
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    logLevel: 'silent',
    build: { outDir: folder },
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the built page', () => {
  const assets = () => readdirSync(join(folder, 'assets'));
  const read = (name: string): Buffer => readFileSync(join(folder, 'assets', name));
  const index = () => readFileSync(join(folder, 'index.html'), 'utf8');

  it('needs less than 350 kB, compressed, before its first signal is on screen', () => {
    const first = assets().filter((name) => index().includes(name) || FONT.test(name));
    const size = first.reduce(
      (sum, name) => sum + (FONT.test(name) ? read(name).length : gzipSync(read(name)).length),
      0,
    );
    expect(first.some((name) => name.endsWith('.js'))).toBe(true);
    expect(first.some((name) => name.endsWith('.css'))).toBe(true);
    expect(first.some((name) => FONT.test(name))).toBe(true);
    expect(size).toBeLessThan(BUDGET);
  });

  it('fetches the chart only when a symbol is opened', () => {
    const withCharts = assets().filter((name) => name.endsWith('.js') && read(name).includes('lightweight-charts'));
    expect(withCharts).toHaveLength(1);
    expect(index()).not.toContain(withCharts[0]);
  });
});
