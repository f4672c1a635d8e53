import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aFolder } from '../support/folders.ts';
import { reachOf, until } from '../support/program.ts';

/** `nobody`: an ordinary user of the machine, with Chromium's real sandbox. */
const ORDINARY = 65_534;
const START_MS = 30_000;
const END_MS = 10_000;

/** A home of an ordinary user, with nothing in it. */
export function aHome(): string {
  const home = aFolder();
  chownSync(home, ORDINARY, ORDINARY);
  return home;
}

export const dataOf = (home: string): string => join(home, '.local', 'share', 'aurora');

export interface Running {
  child: ChildProcess;
  /** Epoch milliseconds of its start. */
  startedAt: number;
  output(): string;
  exited: Promise<number | null>;
}

/** Starts a program as that user. */
export function startAs(home: string, command: readonly string[], env: Record<string, string> = {}): Running {
  mkdirSync(home, { recursive: true });
  const user = ['--reuid', String(ORDINARY), '--regid', String(ORDINARY), '--clear-groups'];
  const { AURORA_DATA: _data, XDG_DATA_HOME: _home, ...inherited } = process.env;
  const startedAt = Date.now();
  const child = spawn('setpriv', [...user, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, HOME: home, XDG_RUNTIME_DIR: home, ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, startedAt, output: () => text, exited };
}

interface LogLine {
  time: string;
  msg: string;
}

/** What the log of a data folder says so far. */
export function logOf(data: string): LogLine[] {
  const folder = join(data, 'logs');
  if (!existsSync(folder)) return [];
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as LogLine];
    } catch {
      return [];
    }
  });
}

/** Waits until a line of this start says so, and returns when that was. */
export const untilLogged = (data: string, { startedAt, output, child }: Running, message: string): Promise<number> =>
  until(
    `the log to say "${message}":\n${output()}`,
    () => {
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${output()}`);
      const line = logOf(data).find(({ msg, time }) => msg === message && Date.parse(time) >= startedAt);
      return line ? Date.parse(line.time) : null;
    },
    START_MS,
  );

/** Asks the running engine as a viewer does. */
export async function ask<T>(data: string, path: string): Promise<T> {
  const { url, tokens } = reachOf(data);
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${tokens.viewer}` } });
  if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
  return (await response.json()) as T;
}

/** Ends it as a logout does; resolves with the exit code and how long that took, in milliseconds. */
export async function quit({ child, exited }: Running): Promise<{ code: number | null; ms: number }> {
  const before = performance.now();
  child.kill('SIGTERM');
  const code = await Promise.race([
    exited,
    new Promise<null>((resolve) => {
      setTimeout(() => resolve(null), END_MS).unref();
    }),
  ]);
  return { code, ms: Math.round(performance.now() - before) };
}
