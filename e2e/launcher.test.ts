import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aFolder } from './support/folders.ts';
import { freePort } from './support/free-port.ts';
import { reachOf, until } from './support/program.ts';

const windowModule = new URL('../scripts/window.mjs', import.meta.url).href;
const starter = fileURLToPath(new URL('../scripts/start.mjs', import.meta.url));

interface Asked {
  args: string[];
  env: NodeJS.ProcessEnv;
  uid?: number;
}

/** What the launcher decides on a machine with this user, display and mirror. */
function decide({ args, env, uid = 1_000 }: Asked) {
  const script = `process.getuid = () => ${uid};
    const { windowCommand } = await import('${windowModule}');
    console.log(JSON.stringify(await windowCommand(${JSON.stringify(args)})));`;
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', ELECTRON_OVERRIDE_DIST_PATH: '/nowhere', ...env },
  });
  return { command: JSON.parse(ran.stdout) as string[] | null, says: ran.stderr.trim() };
}

describe.runIf(process.platform === 'linux')('whether a start opens a window', () => {
  it('does not where it was declined, or another command was asked for', () => {
    for (const args of [['start', '--headless'], ['start', '--help'], ['start', '--viewer'], ['doctor']])
      expect(decide({ args, env: { DISPLAY: ':0' } })).toEqual({ command: null, says: '' });
  });

  it('says in one line why it opens the browser: no display, or root', () => {
    expect(decide({ args: ['start'], env: {} }).says).toBe('There is no display: Aurora opens in the browser.');
    expect(decide({ args: ['start'], env: { DISPLAY: ':0' }, uid: 0 }).says).toBe(
      "Electron's sandbox is not for root: Aurora opens in the browser.",
    );
  });

  it('says in one line that Electron’s host refuses, or does not answer within 10 s', async () => {
    const line = 'Electron cannot be fetched: its host does not answer. Aurora opens in the browser.';
    expect(decide({ args: ['start'], env: { DISPLAY: ':0', ELECTRON_MIRROR: 'http://127.0.0.1:9/' } })).toEqual({
      command: null,
      says: line,
    });
    // A process of its own, for this one blocks while it waits.
    const silent = spawn(process.execPath, [
      '-e',
      "require('http').createServer(() => {}).listen(0, '127.0.0.1', function () { console.log(this.address().port); })",
    ]);
    onTestFinished(() => void silent.kill());
    const port = await new Promise<string>((resolve) =>
      silent.stdout.once('data', (part) => resolve(String(part).trim())),
    );
    const since = performance.now();
    expect(decide({ args: ['start'], env: { DISPLAY: ':0', ELECTRON_MIRROR: `http://127.0.0.1:${port}/` } }).says).toBe(
      line,
    );
    expect(performance.now() - since).toBeLessThan(15_000);
  });
});

describe('npm start', () => {
  it('ends its engine when the launcher itself is killed', async () => {
    const data = aFolder();
    const launcher = spawn(
      process.execPath,
      [
        starter,
        'start',
        '--headless',
        '--feed',
        'none',
        '--agents',
        'none',
        '--port',
        await freePort(),
        '--data',
        data,
      ],
      { stdio: 'ignore' },
    );
    const { url } = await until(
      'the engine to listen',
      () => {
        try {
          return reachOf(data);
        } catch {
          return null;
        }
      },
      20_000,
    );
    launcher.kill('SIGKILL');
    await until('the engine to be gone', () =>
      fetch(`${url}/healthz`).then(
        () => false,
        () => true,
      ),
    );
  });

  it('ends cleanly at SIGTERM, with exit code 0', async () => {
    const data = aFolder();
    const launcher = spawn(process.execPath, [starter, 'start', '--headless', '--data', data], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    launcher.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part;
    });
    await until('a signal in the terminal', () => /(BUY|SELL|HOLD) /.test(output), 20_000);
    launcher.kill('SIGTERM');
    const code = await new Promise((resolve) => launcher.once('close', resolve));
    expect([code, output.trim().split('\n').at(-1)]).toEqual([0, 'Stopped. Nothing that was shown is lost.']);
    expect(output).toMatch(/^Open {3}http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/m);
  });
});
