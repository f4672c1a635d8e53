// Writes docs/schemas from core/contract, which only the pinned Node can read.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, node24, root } from './set-up.mjs';

const TOLD = '--write';

async function write() {
  const { wireSchemas } = await import('../core/contract/schemas.ts');
  const folder = join(root, 'docs', 'schemas');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const schemas = Object.entries(wireSchemas());
  for (const [name, schema] of schemas)
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`);
  console.log(`${schemas.length} schemas are in docs/schemas`);
}

if (process.argv.includes(TOLD)) await write();
else {
  install();
  process.exit(spawnSync(node24, [fileURLToPath(import.meta.url), TOLD], { stdio: 'inherit' }).status ?? 1);
}
