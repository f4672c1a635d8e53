import { spawn } from 'node:child_process';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Engine, type EngineFiles, startEngine } from '../engine/engine.ts';
import { parseFeed } from '../engine/feed-option.ts';
import { openLog } from '../engine/log.ts';
import { systemClock } from '../kit/clock.ts';
import { UsageError } from '../kit/errors.ts';
import { signalLine } from './signal-line.ts';
import { signalStream } from './signal-stream.ts';

export interface StartFlags {
  headless?: boolean;
  port?: string;
  data: string;
  feed?: string;
  agents?: string;
  speed: string;
  open: boolean;
  viewer?: boolean;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const FILES: EngineFiles = {
  page: here('../../dist/renderer'),
  series: here('../market/series'),
  writer: new URL('../store/writer-thread.ts', import.meta.url),
};
const DRAIN_MS = 3_000;

/** Where this user's data lies unless told otherwise. */
export function defaultData(): string {
  if (process.env.AURORA_DATA) return process.env.AURORA_DATA;
  if (platform() === 'win32') return join(process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Aurora');
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Aurora');
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'aurora');
}

function wholeNumber(option: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high)
    throw new UsageError(`${option} ${text} is not a whole number from ${low} to ${high}`);
  return value;
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (!(speed > 0 && speed <= 1_000_000))
    throw new UsageError(`--speed ${text} is not a number above 0: market seconds per second, 300 is the default`);
  return speed;
}

function agentsOf(text: string | undefined): boolean {
  if (text === undefined) return true;
  if (text === 'none') return false;
  throw new UsageError(
    `--agents ${text} is not known: use none, or leave it out for the built-in analyst and validator`,
  );
}

// Whoever read along may have left (`aurora | head`); the engine goes on.
process.stdout.on('error', () => {});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Opens the address in the user's browser; where there is none, the printed address stands. */
function openBrowser(address: string): void {
  const command = platform() === 'darwin' ? 'open' : platform() === 'win32' ? 'explorer' : 'xdg-open';
  const child = spawn(command, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

/** Resolves when somebody wants the program to end; asking again changes nothing. */
function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    // The launcher is gone, so nobody is left to stop this program.
    process.once('disconnect', () => resolve());
  });
}

async function stop(engine: Engine): Promise<void> {
  say('Stopping…');
  const cancel = systemClock().after(DRAIN_MS, () => process.exit(1));
  await engine.close();
  cancel();
  say('Stopped. Nothing that was shown is lost.');
}

/** `aurora start`: the engine, its page on loopback, and a live stream of signals in the terminal. */
export async function start(flags: StartFlags, version: string): Promise<void> {
  const feed = parseFeed(flags.feed);
  const agents = agentsOf(flags.agents);
  const port = flags.port === undefined ? null : wholeNumber('--port', flags.port, 1, 65_535);
  const speed = speedOf(flags.speed);
  const asked = untilAskedToStop();
  const log = openLog(flags.data, true);
  const engine = await startEngine({ data: flags.data, feed, agents, speed, port, files: FILES, version, log });
  const token = flags.viewer ? engine.tokens.viewer : engine.tokens.operator;
  const address = `${engine.url}/#token=${token}`;
  say(
    `Aurora ${version} · ${engine.origin}${engine.origin === 'replay' ? ` at ${speed} × real time: market data of the past, not live` : ''}`,
  );
  say(`Open   ${address}`);
  say(`Data   ${flags.data}`);
  if (!agents) say(`Agents connect to ${engine.url}/agents with the agent token in ${join(flags.data, 'tokens.json')}`);
  say('Ctrl-C ends it. Signals are opinions; Aurora places no orders.');
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
  engine.onSignal(signalStream((update) => say(signalLine(update, colour)), systemClock()));
  engine.onReplayEnd(() =>
    say('The replay is at its end. The signals stay; start with another --feed or --data for more.'),
  );
  if (!flags.headless && flags.open && process.stdout.isTTY) openBrowser(address);
  await asked;
  await stop(engine);
  log.close();
}
