import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const TESTS = ['core', 'renderer', 'electron', 'e2e', 'lint'].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(test|spec)\.ts$/.test(name))
    .map((name) => `${room}/${name}`),
);

/** A file of tests with names of them: `name.test.ts` "one", "another". */
const QUOTED = /`([\w./-]+\.(?:test|spec)\.ts)`((?:,? "[^"]+")*)/g;

/** What is wrong with one quotation; nothing where each name stands in its file. */
function faults([, file = '', names = '']: RegExpMatchArray): string[] {
  const meant = TESTS.filter((path) => path === file || path.endsWith(`/${file}`));
  const [path] = meant;
  if (path === undefined || meant.length > 1) return [`${file} may be any of ${meant.length} files`];
  const source = readFileSync(join(root, path), 'utf8');
  const quoted = [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
  return quoted.filter((name) => !source.includes(name)).map((name) => `${path} has no "${name}"`);
}

it.each(['docs/architecture.md', 'docs/failure-modes.md', 'docs/security.md'])(
  '%s quotes tests that are there',
  (page) => {
    const quotations = [...readFileSync(join(root, page), 'utf8').matchAll(QUOTED)];
    expect(quotations.length).toBeGreaterThan(20);
    expect(quotations.flatMap(faults)).toEqual([]);
  },
);
