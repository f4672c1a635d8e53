import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install, node24, root } from './set-up.mjs';

install();
const main = join(root, 'e2e', 'fuzz', 'main.ts');
process.exit(spawnSync(node24, [main, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
