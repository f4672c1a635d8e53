import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildProgram, compiled, install, node24, program, root } from './set-up.mjs';

install();
buildProgram();
const main = join(root, 'e2e', 'kill', 'main.ts');
process.exit(
  spawnSync(node24, [main, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...compiled, ...process.env, AURORA_TEST_PROGRAM: program },
  }).status ?? 1,
);
