import { cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const { assertMachine, machineOf } = await import(new URL('../../scripts/dist-binaries.mjs', import.meta.url).href);

const prebuilds = fileURLToPath(new URL('../../node_modules/better-sqlite3/prebuilds', import.meta.url));

it('each module that SQLite comes with is for the machine in its name', () => {
  const names = readdirSync(prebuilds);
  expect(names.length).toBeGreaterThan(5);
  for (const name of names)
    expect(`${name}: ${machineOf(join(prebuilds, name))}`).toBe(`${name}: ${name.replace(/musl|\.node/g, '')}`);
});

it('what is no binary is for no machine', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'aurora-machine-')), 'text.node');
  writeFileSync(file, 'MZ, and then nothing that would be a program\n'.repeat(4));
  expect(machineOf(file)).toBeNull();
});

it('a program with a module for another machine is not packed, and neither is one with none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-machine-'));
  const inside = join(folder, 'resources', 'app.asar.unpacked');
  mkdirSync(inside, { recursive: true });
  expect(() => assertMachine(folder, 'linux-x64')).toThrow('no native module');
  cpSync(join(prebuilds, 'linux-arm64.node'), join(inside, 'linux-arm64.node'));
  expect(assertMachine(folder, 'linux-arm64')).toBe(1);
  expect(() => assertMachine(folder, 'linux-x64')).toThrow('is for linux-arm64, not for linux-x64');
  cpSync(join(prebuilds, 'win32-arm64.node'), join(inside, 'other.node'));
  expect(() => assertMachine(folder, 'linux-arm64')).toThrow('is for win32-arm64');
});
