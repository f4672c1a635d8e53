// `npm run bench -- NAME`: one benchmark, under the Node that Aurora runs on.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install, node24, root } from './set-up.mjs';

install();
const { status } = spawnSync(node24, [join(root, 'bench', 'main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
