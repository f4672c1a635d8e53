// What an installation is made of: a bill of materials (CycloneDX) and the licences of all its parts.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './set-up.mjs';

const LICENCE = /^(licen[cs]e|copying|notice)/i;
const LINE = `\n\n${'-'.repeat(80)}\n\n`;
const HEAD =
  'Aurora is made with the following packages. Electron and Chromium have their own files beside the program.';

/** The licence files that an installed package brings, as one text. */
function licenceOf(folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => LICENCE.test(name)) : [];
  return files.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n');
}

function writeMaterials() {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev'];
  const { stdout, stderr, status } = spawnSync('npm', [...args, '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`);
  writeFileSync(join(root, 'dist', 'sbom.cdx.json'), stdout);
}

/** Writes dist/sbom.cdx.json and dist/licences.txt for the lockfile's packages that are not for development alone. */
export function writeBill() {
  writeMaterials();
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const shipped = Object.entries(packages).filter(
    ([path, { dev }]) => path !== '' && !dev && existsSync(join(root, path)),
  );
  const parts = shipped.map(([path, { version, license }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return `${name} ${version}: ${license ?? 'see its own pages'}\n\n${licenceOf(join(root, path))}`.trim();
  });
  writeFileSync(join(root, 'dist', 'licences.txt'), `${[HEAD, ...parts].join(LINE)}\n`);
}
