import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { playStory } from '../story/play.ts';
import { aFolder } from '../support/folders.ts';
import { foreignHands } from '../support/foreign-agent.ts';
import { reachOf, until } from '../support/program.ts';
import { measureColdStart } from './cold-start.ts';
import { aHome, ask, dataOf, quit, type Running, startAs, untilLogged } from './installed.ts';
import { isNoNode, refusesSwitches } from './refusals.ts';
import { call, expectThat, step, steps } from './steps.ts';

/** The release's smoke test: a real package, installed, started by its menu entry, used, and removed again. */
const [folder = '', electron = ''] = process.argv.slice(2);
const ENTRY = '/usr/share/applications/aurora.desktop';
const PROGRAM = '/opt/Aurora/aurora';
const DRAIN_MS = 3_500;
const SIGNAL_MS = 30_000;
const OWN_AGENTS = ['--feed', 'none', '--agents', 'none'];

/** The package, where dpkg may read it. */
function thePackage(): string {
  const name = readdirSync(folder).find((file) => file.endsWith('.deb')) ?? '';
  const readable = aFolder();
  chmodSync(readable, 0o755);
  copyFileSync(join(folder, name), join(readable, name));
  return join(readable, name);
}

/** The command of the menu entry, without the places where a file's address would stand. */
function menuCommand(): string[] {
  const exec = /^Exec=(.*)$/m.exec(readFileSync(ENTRY, 'utf8'))?.[1] ?? '';
  return exec.split(' ').filter((part) => !/^%[a-zA-Z]$/.test(part));
}

const rows = async (data: string): Promise<SidebarUpdate[]> =>
  (await ask<{ items: SidebarUpdate[] }>(data, '/api/signals')).items;

/** How often the page has told the engine that it painted a result. */
async function timesPainted(data: string): Promise<number> {
  const { url, tokens } = reachOf(data);
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${tokens.viewer}` } });
  return Number(/aurora_result_seconds_count\{stage="painted"\} (\d+)/.exec(await response.text())?.[1] ?? 0);
}

const home = aHome();
const data = dataOf(home);
const begin = async (args: readonly string[] = []): Promise<Running> => {
  const started = startAs(home, [...menuCommand(), '--disable-gpu', ...args]);
  await untilLogged(data, started, 'the window is painted');
  await untilLogged(data, started, 'engine started');
  return started;
};
const end = async (running: Running): Promise<void> => {
  const { code, ms } = await quit(running);
  expectThat(code === 0, `it ended with ${code}:\n${running.output()}`);
  expectThat(ms < DRAIN_MS, `it took ${ms} ms to end`);
};

let running: Running | null = null;
let stored: SidebarUpdate[] = [];
try {
  await step('dpkg installs it, with a menu entry, an icon and a profile', () => {
    call('dpkg', ['-i', thePackage()]);
    call('desktop-file-validate', [ENTRY]);
    expectThat(existsSync('/usr/share/icons/hicolor/256x256/apps/aurora.png'), 'there is no icon');
    expectThat(readFileSync('/opt/Aurora/resources/apparmor-profile', 'utf8').includes('userns,'), 'no profile');
    expectThat((statSync('/opt/Aurora/chrome-sandbox').mode & 0o7777) === 0o4755, 'chrome-sandbox is not 4755');
    for (const file of ['licences.txt', 'sbom.cdx.json'])
      expectThat(existsSync(`/opt/Aurora/resources/${file}`), `${file} is missing`);
  });
  await step('it refuses every switch of a debugger, and those that take the sandbox away', () =>
    refusesSwitches(PROGRAM),
  );
  await step('it is no Node', () => isNoNode(PROGRAM));
  await step('its menu entry starts it for the first time, and a signal comes by itself', async () => {
    running = await begin();
    await until('the window to be on the screen', () => /"Aurora"/.test(call('xwininfo', ['-root', '-tree'])));
    const { output } = running;
    await until('a signal', async () => (await rows(data).catch(() => [])).length > 0, SIGNAL_MS).catch((error) => {
      throw new Error(`${error.message}\n${output()}`);
    });
    await end(running);
  });
  await step('a Hidden Hand warning of an agent from outside is shown', async () => {
    running = await begin(OWN_AGENTS);
    const hands = await foreignHands(reachOf(data));
    const before = await timesPainted(data);
    await playStory(hands);
    hands.close();
    stored = await rows(data);
    expectThat(
      stored.some(({ warning }) => warning !== null),
      'no row has a warning',
    );
    await until('the page to paint it', async () => (await timesPainted(data)) > before);
  });
  await step('it quits in time', () => running && end(running));
  await step('a second start has the same data', async () => {
    running = await begin(OWN_AGENTS);
    const again = await until('the rows', async () => {
      const now = await rows(data).catch(() => []);
      return now.length >= stored.length && now;
    });
    expectThat(JSON.stringify(again) === JSON.stringify(stored), 'the rows are not what they were');
    await end(running);
  });
  await step('it starts as fast as it promises', async () =>
    console.log(`    ${await measureColdStart(PROGRAM, electron)}`),
  );
} finally {
  (running as Running | null)?.child.kill('SIGKILL');
  await step('dpkg removes it, and nothing is left but the data', () => {
    call('dpkg', ['--purge', 'aurora']);
    const left = ['/opt/Aurora', '/usr/bin/aurora', ENTRY, '/etc/apparmor.d/aurora'].filter((path) => existsSync(path));
    expectThat(left.length === 0, `left behind: ${left.join(', ')}`);
    expectThat(existsSync(join(data, 'tokens.json')), 'the data is gone');
  });
}
console.log(`${steps()} passed, 0 failed`);
