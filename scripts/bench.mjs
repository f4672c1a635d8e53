// `npm run bench -- NAME`: one benchmark, under the Node that Aurora runs on.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildPage, install, node24, root } from './set-up.mjs';

install();
const env = { ...process.env };
if (process.argv[2] === 'screen') {
  buildPage();
  const { chromium } = await import('./equipment.mjs');
  env.AURORA_CHROMIUM = await chromium();
}
const { status } = spawnSync(node24, [join(root, 'bench', 'main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env,
});
process.exit(status ?? 1);
