#!/usr/bin/env node
// Stands where electron-builder calls fpm for a .deb on a machine that cannot fetch one: takes the same
// arguments and lets dpkg-deb make the package out of them.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    s: { ...text, short: 's' },
    t: { ...text, short: 't' },
    force: { type: 'boolean' },
    d: { ...text, short: 'd', multiple: true },
    'deb-recommends': { ...text, multiple: true },
    'deb-compression': text,
    'deb-priority': text,
    architecture: text,
    'after-install': text,
    'after-remove': text,
    description: text,
    version: text,
    package: text,
    name: text,
    maintainer: text,
    vendor: text,
    url: text,
    category: text,
    license: text,
  },
});
if (values.t !== 'deb') {
  console.error(`Only a .deb can be made here, not ${values.t}`);
  process.exit(1);
}

const kilobytes = (path) => {
  const found = lstatSync(path);
  if (!found.isDirectory()) return Math.ceil(found.size / 1024);
  return readdirSync(path).reduce((sum, name) => sum + kilobytes(join(path, name)), 4);
};

const tree = mkdtempSync(join(tmpdir(), 'aurora-deb-'));
try {
  chmodSync(tree, 0o755);
  for (const pair of positionals) {
    const at = pair.lastIndexOf('=');
    const to = join(tree, pair.slice(at + 1));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(pair.slice(0, at), to, { recursive: true });
  }
  const control = {
    Package: values.name,
    Version: values.version,
    Architecture: values.architecture,
    Maintainer: values.maintainer,
    'Installed-Size': kilobytes(tree),
    Depends: values.d?.join(', '),
    Recommends: values['deb-recommends']?.join(', '),
    Section: values.category,
    Priority: values['deb-priority'],
    Homepage: values.url,
    Description: values.description.replace(/\n(?! )/g, '\n '),
  };
  mkdirSync(join(tree, 'DEBIAN'));
  const lines = Object.entries(control).filter(([, value]) => value !== undefined);
  writeFileSync(join(tree, 'DEBIAN', 'control'), `${lines.map(([field, value]) => `${field}: ${value}`).join('\n')}\n`);
  for (const [name, script] of [
    ['postinst', values['after-install']],
    ['postrm', values['after-remove']],
  ]) {
    cpSync(script, join(tree, 'DEBIAN', name));
    chmodSync(join(tree, 'DEBIAN', name), 0o755);
  }
  // Whatever this user's own permissions are, an installed file is everybody's to read.
  spawnSync('chmod', ['-R', 'u+rwX,go+rX,go-w', tree]);
  const made = spawnSync('dpkg-deb', ['-Zgzip', '-z1', '--root-owner-group', '--build', tree, values.package], {
    stdio: ['ignore', 2, 2],
  });
  process.exitCode = made.status ?? 1;
} finally {
  rmSync(tree, { recursive: true, force: true });
}
