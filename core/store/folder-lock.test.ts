import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';
import { aFolder } from './testing/facts.ts';

const holder = { name: 'Aurora (headless)', pid: 4711, started_at: '2026-01-05T12:00:00.000Z' };
const module = new URL('./folder-lock.ts', import.meta.url).href;

/** A process that takes the folder, says so, and waits to be ended. */
async function anotherProcess(folder: string) {
  const script = `import { lockFolder } from '${module}';
    lockFolder(${JSON.stringify(folder)}, { name: 'Aurora (window)', pid: process.pid, started_at: 'now' });
    process.stdout.write('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

it('refuses a folder that another process holds, by its name and pid', async () => {
  const folder = aFolder();
  const other = await anotherProcess(folder);
  expect(() => lockFolder(folder, holder)).toThrow(`in use by Aurora (window) (process ${other.pid}, since now)`);
  other.kill('SIGKILL');
  await once(other, 'exit');
  const release = lockFolder(folder, holder);
  release();
  expect(existsSync(join(folder, 'engine.json'))).toBe(false);
});

it('refuses a second engine of the same process too, until the first lets go', () => {
  const folder = aFolder();
  const release = lockFolder(folder, holder);
  expect(() => lockFolder(folder, holder)).toThrow(
    'in use by Aurora (headless) (process 4711, since 2026-01-05T12:00:00.000Z)',
  );
  release();
  lockFolder(folder, holder)();
});

it('takes over what a killed engine left behind', () => {
  const folder = aFolder();
  writeFileSync(join(folder, 'engine.lock'), '');
  writeFileSync(join(folder, 'engine.json'), JSON.stringify({ ...holder, pid: 1 }));
  lockFolder(folder, holder)();
});

it('says what to do where the folder cannot be made', () => {
  const file = join(aFolder(), 'a-file');
  writeFileSync(file, '');
  expect(() => lockFolder(join(file, 'under'), holder)).toThrow(
    /check that it is writable and has space, or choose another with --data/,
  );
});
