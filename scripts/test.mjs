import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildPage, buildProgram, buildWindow, compiled, install, node24, root } from './set-up.mjs';

const seconds = (since) => `${((performance.now() - since) / 1_000).toFixed(0)} s`;
const report = (name) => join(root, 'dist', 'reports', `${name}.json`);

/** Runs a package's program under the pinned Node, with what it prints on the screen. */
function tool(script, args, env = {}) {
  const path = `${dirname(node24)}:${process.env.PATH}`;
  const done = spawnSync(node24, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...compiled, ...process.env, PATH: path, ...env },
  });
  return done.status === 0;
}

function readReport(name) {
  if (!existsSync(report(name))) return null;
  return JSON.parse(readFileSync(report(name), 'utf8'));
}

function check(name, passes) {
  if (!passes) console.error(`FAILED: ${name}`);
  return { name, passed: passes ? 1 : 0, failed: passes ? 0 : 1, skipped: 0 };
}

function vitest(env) {
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile=${report('vitest')}`];
  const fine = tool('vitest/vitest.mjs', args, env);
  const told = readReport('vitest');
  if (!told) return check('vitest', false);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = told;
  // A file that cannot be loaded fails as a whole and has no test to count.
  const failed = numFailedTests > 0 || fine ? numFailedTests : 1;
  return { name: 'vitest', passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

function playwright(env) {
  const fine = tool('playwright/cli.js', ['test'], { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report('playwright') });
  const told = readReport('playwright');
  if (!told) return check('playwright', false);
  const { expected, unexpected, flaky, skipped } = told.stats;
  const failed = unexpected + flaky;
  return { name: 'playwright', passed: expected, failed: failed > 0 || fine ? failed : 1, skipped };
}

install();
buildPage();
buildProgram();
buildWindow();
const fetching = performance.now();
const { equip } = await import('./equipment.mjs');
const { env, close } = await equip();
console.log(`Test equipment ready after ${seconds(fetching)}.`);

rmSync(join(root, 'dist', 'reports'), { recursive: true, force: true });
mkdirSync(join(root, 'dist', 'reports'), { recursive: true });
const testing = performance.now();
const parts = [
  check('types', tool('typescript/bin/tsc', ['--noEmit'])),
  check('lint and arrows', tool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'])),
  check('dead code', tool('knip/bin/knip.js', ['--treat-config-hints-as-errors'])),
  vitest(env),
  playwright(env),
];
close();

const sum = (field) => parts.reduce((total, part) => total + part[field], 0);
console.log(
  `\nTests took ${seconds(testing)}: ${parts.map((part) => `${part.name} ${part.passed}/${part.passed + part.failed}`).join(', ')}`,
);
if (sum('skipped') > 0) console.log(`${sum('skipped')} skipped: a skipped test counts as failed`);
const failed = sum('failed') + sum('skipped');
console.log(`${sum('passed')} passed, ${failed} failed`);
process.exit(failed === 0 && sum('passed') > 0 ? 0 : 1);
