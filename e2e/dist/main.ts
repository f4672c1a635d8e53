import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { playStory } from '../story/play.ts';
import { foreignHands } from '../support/foreign-agent.ts';
import { reachOf, until } from '../support/program.ts';
import { measureColdStart } from './cold-start.ts';
import { aHome, ask, dataOf, quit, type Running, startAs, untilLogged } from './installed.ts';
import { isNoNode, refusesSwitches } from './refusals.ts';
import { isPainted } from './screen.ts';
import { call, expectThat, step, steps } from './steps.ts';
import {
  aReadableFolder,
  isForThisMachine,
  openArchive,
  openImage,
  saysWhatIsMissing,
  startsByTheScript,
  theFile,
} from './unpacked.ts';

/** The release's smoke test: a real package, installed, started by its menu entry, used, and removed again. */
const [folder = '', electron = ''] = process.argv.slice(2);
const ENTRY = '/usr/share/applications/aurora.desktop';
const PROGRAM = '/opt/Aurora/aurora';
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const DRAIN_MS = 3_500;
const SIGNAL_MS = 30_000;
const OWN_AGENTS = ['--feed', 'none', '--agents', 'none'];

/** The package of this kind, where everybody may read it. */
function thePackage(end: string): string {
  const from = theFile(folder, end);
  const to = join(aReadableFolder(), basename(from));
  copyFileSync(from, to);
  return to;
}

/** All that dpkg has put on the machine for it, but folders. */
const installedFiles = (): string[] =>
  call('dpkg', ['-L', 'aurora'])
    .split('\n')
    .filter((path) => path !== '' && !statSync(path).isDirectory());

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
/** What GTK, Mesa and the desktop's other libraries write for each program that uses them. */
const OF_THE_SYSTEM = /^\/(\.cache\/|\.config\/dconf|\.pki\/|dconf\/|\.local\/share\/applications\/)/;
const belowHome = (): string[] =>
  readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
const data = dataOf(home);
/** Where programs unpack what they need while they run. */
const scratch = aHome();
const begin = async (args: readonly string[] = [], command = menuCommand()): Promise<Running> => {
  const started = startAs(home, [...command, '--disable-gpu', ...args], { TMPDIR: scratch });
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
let installed: string[] = [];

/** Starts it, sees the rows of before, and ends it. */
async function hasTheSameData(command = menuCommand()): Promise<void> {
  running = await begin(OWN_AGENTS, command);
  const again = await until('the rows', async () => {
    const now = await rows(data).catch(() => []);
    return now.length >= stored.length && now;
  });
  expectThat(JSON.stringify(again) === JSON.stringify(stored), 'the rows are not what they were');
  await end(running);
}

try {
  await step('dpkg installs it, with a menu entry, an icon and a profile', () => {
    call('dpkg', ['-i', thePackage('.deb')]);
    installed = installedFiles();
    expectThat(installed.length > 20, `dpkg has put only ${installed.length} files here`);
    call('desktop-file-validate', [ENTRY]);
    expectThat(existsSync('/usr/share/icons/hicolor/256x256/apps/aurora.png'), 'there is no icon');
    expectThat(readFileSync('/opt/Aurora/resources/apparmor-profile', 'utf8').includes('userns,'), 'no profile');
    expectThat((statSync('/opt/Aurora/chrome-sandbox').mode & 0o7777) === 0o4755, 'chrome-sandbox is not 4755');
    isForThisMachine('/opt/Aurora');
    for (const file of ['licences.txt', 'sbom.cdx.json'])
      expectThat(existsSync(`/opt/Aurora/resources/${file}`), `${file} is missing`);
  });
  await step('it says its version, and opens no window for that', async () => {
    const asked = startAs(aHome(), ['/usr/bin/aurora', '--version']);
    expectThat((await asked.exited) === 0, `it ended otherwise:\n${asked.output()}`);
    expectThat(asked.output().split('\n').includes(version), `it said ${asked.output()}`);
  });
  await step('it refuses every switch of a debugger, and those that take the sandbox away', () =>
    refusesSwitches(PROGRAM),
  );
  await step('it is no Node', () => isNoNode(PROGRAM));
  await step('its menu entry starts it for the first time, and a signal comes by itself', async () => {
    running = await begin();
    await until('the window to be painted on the screen', () => isPainted('Aurora'));
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
  await step('a second start has the same data', () => hasTheSameData());
  await step('it starts as fast as it promises', async () =>
    console.log(`    ${await measureColdStart(PROGRAM, electron)}`),
  );
  const image = thePackage('.AppImage');
  await step('an AppImage holds the start script, and modules for this machine', () => {
    const inside = openImage(image);
    startsByTheScript(inside);
    isForThisMachine(inside);
  });
  await step('an AppImage says what is missing where it cannot start', () => saysWhatIsMissing(image));
  await step('an AppImage goes on with the data of the package', () => hasTheSameData([image]));
  const archived = openArchive(thePackage('.tar.gz'));
  await step('an archive holds the start script, and modules for this machine', () => {
    startsByTheScript(archived);
    isForThisMachine(archived);
  });
  await step('an archive says what is missing where it cannot start', () =>
    saysWhatIsMissing(join(archived, 'AppRun')),
  );
  await step('an archive goes on with the data of the package', () => hasTheSameData([join(archived, 'AppRun')]));
} finally {
  (running as Running | null)?.child.kill('SIGKILL');
  await step('dpkg removes it, and nothing is left but the data', () => {
    call('dpkg', ['--purge', 'aurora']);
    const made = ['/opt/Aurora', '/usr/bin/aurora', '/etc/apparmor.d/aurora'];
    const left = [...installed, ...made].filter((path) => existsSync(path));
    expectThat(left.length === 0, `left behind: ${left.join(', ')}`);
    const others = belowHome().filter((path) => !path.startsWith(data) && !OF_THE_SYSTEM.test(path.slice(home.length)));
    expectThat(others.length === 0, `left in the home: ${others.join(', ')}`);
    expectThat(stored.length === 0 || existsSync(join(data, 'tokens.json')), 'the data is gone');
  });
}
console.log(`${steps()} passed, 0 failed`);
