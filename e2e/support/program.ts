import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aFolder } from './folders.ts';
import type { Disk } from './small-disk.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The built program where the tests were given one; else the sources, which start three times as slowly. */
const MAIN = process.env.AURORA_TEST_PROGRAM ?? join(root, 'core', 'cli', 'main.ts');
const START_MS = 60_000;
const LOOK_MS = 20;

interface Tokens {
  agent: string;
  viewer: string;
  operator: string;
}

/** Where an engine answers, and who may ask. */
export interface Reach {
  readonly url: string;
  readonly tokens: Tokens;
}

/** A running `aurora start --headless`, as a user's machine has it: a process of its own and a data folder. */
export interface Program extends Reach {
  readonly data: string;
  readonly pid: number;
  /** What it has printed so far. */
  output(): string;
  get<T>(path: string, token?: string): Promise<T>;
  /** SIGKILL: no goodbye. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export async function until<T>(
  what: string,
  look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  ms = 30_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Waited ${ms / 1_000} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

export interface Run {
  child: ChildProcess;
  output: () => string;
  exited: Promise<number | null>;
}

/** Starts the program with these arguments, on a disk of its own where one is given, and leaves the rest to the caller. */
export function run(args: readonly string[], disk?: Disk, env: Record<string, string> = {}): Run {
  const command = [process.execPath, MAIN, ...args];
  const [program = '', ...rest] = [...(disk?.enter ?? []), ...command];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output: () => text, exited };
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

/** What the engine of a data folder has written down for whoever wants to reach it. */
export const reachOf = (data: string): Reach => ({
  url: readJson<{ url: string }>(join(data, 'endpoint.json')).url,
  tokens: readJson<Tokens>(join(data, 'tokens.json')),
});

/** Starts an engine, on a disk of its own where one is given, and waits until it answers. */
export async function startProgram(args: readonly string[], data = aFolder(), disk?: Disk): Promise<Program> {
  const { child, output, exited } = run(['start', '--headless', '--data', data, ...args], disk);
  // A disk of its own is seen by the program alone, and by whoever looks through its eyes.
  const seen = disk ? join(`/proc/${child.pid}/root`, data) : data;
  const endpoint = join(seen, 'endpoint.json');
  const url = await until(
    'the engine to listen',
    async () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`The engine ended at its start:\n${output()}`);
      if (!existsSync(endpoint)) return null;
      const told = readJson<{ url: string; pid: number }>(endpoint);
      if (told.pid !== child.pid) return null;
      return (await fetch(`${told.url}/readyz`).catch(() => null))?.ok ? told.url : null;
    },
    START_MS,
  );
  const tokens = readJson<Tokens>(join(seen, 'tokens.json'));
  return {
    url,
    data: seen,
    tokens,
    pid: child.pid as number,
    output,
    async get<T>(path: string, token = tokens.viewer) {
      const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as T;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
