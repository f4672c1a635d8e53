import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { install, node24, root } from '../set-up.mjs';
import { MUTATIONS } from './mutations.mjs';

const COPIED = ['core', 'renderer', 'e2e', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'lint', 'biome.json'];

function copy() {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-mutate-'));
  for (const part of COPIED) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

/** Names of the tests that fail in the copy, with their describe blocks. */
function failing(folder, tests) {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  spawnSync(node24, [vitest, 'run', ...tests, '--reporter=json', `--outputFile=${report}`], {
    cwd: folder,
    stdio: 'ignore',
  });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults.flatMap((file) =>
    file.assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
}

function attempt(folder, { rule, file, from, to, fails, tests = [dirname(file)] }) {
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  const label = `${rule.padEnd(12)} ${file}`;
  if (source.split(from).length !== 2)
    return {
      caught: false,
      line: `STALE   ${label}: the text to break stands there ${source.split(from).length - 1} times, not once: ${from}`,
    };
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  const failed = failing(folder, tests);
  writeFileSync(path, source);
  const name = failed.find((one) => one.includes(fails));
  if (name) return { caught: true, line: `caught  ${label}: ${name}` };
  const instead = failed.length > 0 ? `others failed: ${failed.slice(0, 3).join('; ')}` : 'no test failed';
  return { caught: false, line: `MISSED  ${label}: expected "${fails}" to fail, ${instead}` };
}

install();
const only = process.argv.slice(2);
const chosen = MUTATIONS.filter(({ rule, file }) => only.length === 0 || only.includes(rule) || only.includes(file));
const folder = copy();
let missed = 0;
for (const mutation of chosen) {
  const { caught, line } = attempt(folder, mutation);
  console.log(line);
  if (!caught) missed += 1;
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n${chosen.length - missed} caught, ${missed} missed`);
process.exit(missed === 0 && chosen.length > 0 ? 0 : 1);
