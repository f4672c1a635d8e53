// Packages for this machine's own system: `npm run dist`, with electron-builder's own arguments behind `--`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { stageApp } from './app-files.mjs';
import { writeBill } from './dist-bill.mjs';
import { signPackages } from './dist-sign.mjs';
import { buildPage, buildWindow, install, node24, root } from './set-up.mjs';

install();
buildPage();
buildWindow();
const { AURORA_UPDATE_URL: url, AURORA_UPDATE_KEY: key } = process.env;
const sqlite = join(root, 'node_modules', 'better-sqlite3');
stageApp(join(root, 'dist', 'app'), { sqlite, official: true }, { update: url && key ? { url, key } : null });
writeBill();
const publish = url ? ['-c.publish.provider=generic', `-c.publish.url=${url}`] : [];
const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
const { status } = spawnSync(node24, [builder, '--publish', 'never', ...publish, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
if (status === 0) signPackages(join(root, 'dist', 'packages'), process.env.AURORA_UPDATE_SIGNING_KEY);
process.exit(status ?? 1);
