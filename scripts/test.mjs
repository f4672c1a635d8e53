import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const report = 'dist/vitest.json';
spawnSync('node_modules/.bin/vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile=${report}`], {
  stdio: 'inherit',
});
const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
process.exit(numPassedTests > 0 && numFailedTests === 0 ? 0 : 1);
