import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const { packages } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../package-lock.json', import.meta.url)), 'utf8'),
) as { packages: Record<string, { version?: string; resolved?: string; integrity?: string; link?: boolean }> };

/** The first versions without the faults that are known of what comes in from the network, or out of an update. */
const LEAST: Readonly<Record<string, string>> = {
  'socket.io': '4.6.2',
  'socket.io-parser': '4.2.7',
  'engine.io': '6.6.7',
  'electron-updater': '6.3.1',
};

const parts = (version: string): number[] => version.split(/[.-]/).slice(0, 3).map(Number);
const isAtLeast = (version: string, least: string): boolean => {
  const wanted = parts(least);
  const differing = parts(version)
    .map((part, place) => part - (wanted[place] ?? 0))
    .find((difference) => difference !== 0);
  return (differing ?? 0) >= 0;
};

it.each(Object.entries(LEAST))('each copy of %s is %s or newer', (name, least) => {
  const copies = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
  expect(copies.length).toBeGreaterThan(0);
  expect(copies.filter(([, { version = '0.0.0' }]) => !isAtLeast(version, least))).toEqual([]);
});

it('every package is named with its digest, and none by an address of its own', () => {
  const loose = Object.entries(packages).filter(
    ([path, { resolved, integrity, link }]) =>
      path !== '' && (link || resolved !== undefined || !integrity?.startsWith('sha512-')),
  );
  expect(loose.map(([path]) => path)).toEqual([]);
});
