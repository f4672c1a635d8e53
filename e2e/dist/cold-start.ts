import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aFolder } from '../support/folders.ts';
import { until } from '../support/program.ts';
import { aHome, dataOf, quit, startAs, untilLogged } from './installed.ts';
import { expectThat } from './steps.ts';

const ROUNDS = 5;
const MOST = { times: 1.5, plus: 400 };

/** A window with nothing in it, which says when it is painted. */
const EMPTY = `const { app, BrowserWindow } = require('electron');
app.enableSandbox();
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1280, height: 860 });
  window.once('ready-to-show', () => process.stdout.write('painted ' + Date.now() + '\\n'));
  window.loadURL('data:text/html,<title>empty</title><p>empty');
});
`;

/** The same Electron with the empty window in place of the app. */
function stageEmpty(electron: string): string {
  const folder = aFolder();
  chmodSync(folder, 0o755);
  cpSync(electron, folder, { recursive: true });
  const app = join(folder, 'resources', 'app');
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'empty', version: '0.0.0', main: 'main.cjs' }));
  writeFileSync(join(app, 'main.cjs'), EMPTY);
  return join(folder, 'electron');
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function emptyStart(program: string): Promise<number> {
  const running = startAs(aHome(), [program, '--disable-gpu']);
  const painted = await until('the empty window', () => /painted (\d+)/.exec(running.output())?.[1]);
  running.child.kill('SIGKILL');
  await running.exited;
  return Number(painted) - running.startedAt;
}

async function auroraStart(program: string): Promise<number> {
  const home = aHome();
  const running = startAs(home, [program, '--disable-gpu']);
  const painted = await untilLogged(dataOf(home), running, 'the window is painted');
  await quit(running);
  return painted - running.startedAt;
}

/** From the start of the program to the first paint of its window, at the first start of a user, beside an empty window. */
export async function measureColdStart(program: string, electron: string): Promise<string> {
  const empty = stageEmpty(electron);
  const times: { aurora: number[]; empty: number[] } = { aurora: [], empty: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.empty.push(await emptyStart(empty));
    times.aurora.push(await auroraStart(program));
  }
  const [own, bare] = [median(times.aurora), median(times.empty)];
  const most = MOST.times * bare + MOST.plus;
  const told = `cold start to first paint: ${own} ms, an empty window ${bare} ms (medians of ${ROUNDS}; at most ${Math.round(most)} ms)`;
  expectThat(own < most, told);
  return told;
}
