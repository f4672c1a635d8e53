// Packages for this machine's own system: `npm run dist`, with electron-builder's own arguments behind `--`.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage, buildWindow, install, node24, root } from './set-up.mjs';

install();
const { distPlan } = await import('./dist-plan.mjs');
const { stageApp } = await import('./app-files.mjs');
const { writeBill } = await import('./dist-bill.mjs');
const { assertStartScripts } = await import('./dist-start-script.mjs');
const { signPackages } = await import('./dist-sign.mjs');

const { config, app, problems } = distPlan(process.platform, process.env);
if (problems.length > 0) {
  console.error(`This is no release:\n${problems.map((problem) => `  ${problem}\n`).join('')}`);
  process.exit(1);
}
buildPage();
buildWindow();
const sqlite = join(root, 'node_modules', 'better-sqlite3');
stageApp(join(root, 'dist', 'app'), { sqlite, official: true }, app);
writeBill();
const file = join(root, 'dist', 'builder.json');
writeFileSync(file, JSON.stringify(config));
const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
const { status } = spawnSync(node24, [builder, '--publish', 'never', '--config', file, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  // A link cannot take the place of a file that is there, as the start script does.
  env: { ...process.env, USE_HARD_LINKS: 'false' },
});
if (status === 0) {
  const packages = join(root, 'dist', 'packages');
  assertStartScripts(packages);
  signPackages(packages, process.env.AURORA_UPDATE_SIGNING_KEY);
}
process.exit(status ?? 1);
