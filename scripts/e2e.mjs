// The browser and the window alone: `npm run e2e -- PATTERN` passes a pattern on to Playwright.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildPage, buildProgram, buildWindow, compiled, install, node24, root } from './set-up.mjs';

install();
buildPage();
buildProgram();
buildWindow();
const { equip } = await import('./equipment.mjs');
const { env, close } = await equip();
const cli = join(root, 'node_modules', 'playwright', 'cli.js');
const { status } = spawnSync(node24, [cli, 'test', '--reporter=list', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...compiled, ...process.env, ...env },
});
close();
process.exit(status ?? 1);
