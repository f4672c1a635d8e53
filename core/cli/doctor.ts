import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { connect, createServer, isIP } from 'node:net';
import { platform } from 'node:os';
import { join } from 'node:path';
import { connect as connectSecurely } from 'node:tls';
import { prepareDataFolder } from '../engine/data-folder.ts';
import type { Clock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import { lockFolder } from '../store/folder-lock.ts';
import { Reader } from '../store/reader.ts';

/** One thing looked at: how it is, and what to do about it. */
export interface Finding {
  what: string;
  is: 'ok' | 'note' | 'bad';
  says: string;
}

export interface Patient {
  data: string;
  /** A port by name, or null for the usual ones. */
  port: number | null;
  redis: string | null;
  /** Path of Electron's binary where there is one. */
  electron: string | null;
  clock: Clock;
}

const NODE_MIN = 24;
const MEGABYTE = 1024 * 1024;
const SPACE_LOW = 500 * MEGABYTE;
const SYNC_SLOW_MS = 50;
const SYNCS = 9;
const ANSWER_MS = 3_000;
/** Earlier than this no copy of Aurora was ever started. */
const YEAR_MIN = Date.UTC(2026, 0, 1);

const ok = (what: string, says: string): Finding => ({ what, is: 'ok', says });
const note = (what: string, says: string): Finding => ({ what, is: 'note', says });
const bad = (what: string, says: string): Finding => ({ what, is: 'bad', says });

function node(): Finding {
  const { node: version } = process.versions;
  return Number(version.split('.')[0]) >= NODE_MIN
    ? ok('Node', `${version}`)
    : bad(
        'Node',
        `${version} is too old for the engine: start it with npm start, which brings its own Node ${NODE_MIN}`,
      );
}

function folder({ data }: Patient): Finding {
  try {
    prepareDataFolder(data);
    lockFolder(data, { name: 'aurora doctor', pid: process.pid, started_at: 'now' })();
    return ok('Folder', `${data} takes writes, and no engine is at work on it`);
  } catch (error) {
    const inUse = (error as { code?: string }).code === 'AURORA_FOLDER_IN_USE';
    return inUse ? note('Folder', messageOf(error)) : bad('Folder', messageOf(error));
  }
}

/** Median of several writes with a sync, ms: what each commit waits for. */
function syncTime(data: string, clock: Clock): number {
  const file = join(data, '.probe');
  const handle = openSync(file, 'w', 0o600);
  const times = Array.from({ length: SYNCS }, () => {
    const start = clock.monotonic();
    writeSync(handle, Buffer.alloc(4096, 1), 0, 4096, 0);
    fsyncSync(handle);
    return clock.monotonic() - start;
  });
  closeSync(handle);
  rmSync(file, { force: true });
  return times.sort((a, b) => a - b)[Math.floor(SYNCS / 2)] ?? 0;
}

function disk({ data, clock }: Patient): Finding {
  try {
    const { bavail, bsize } = statfsSync(data);
    const free = `${Math.round((bavail * bsize) / MEGABYTE).toLocaleString('en')} MB free`;
    if (bavail * bsize < SPACE_LOW) return bad('Disk', `${free}: make room, or move the data with --data`);
    const took = syncTime(data, clock);
    const speed = `a synced write takes ${took.toFixed(1)} ms`;
    return took < SYNC_SLOW_MS
      ? ok('Disk', `${free}, ${speed}`)
      : note('Disk', `${free}, but ${speed}: signals wait for it; a local disk is faster`);
  } catch (error) {
    return bad('Disk', `${messageOf(error)}: choose another folder with --data`);
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function port({ port: asked }: Patient): Promise<Finding> {
  const first = asked ?? 4470;
  if (await isFree(first)) return ok('Port', `${first} is free`);
  return asked === null
    ? note('Port', `${first} is in use, so the next free one is taken: the address is printed at the start`)
    : bad('Port', `${first} is in use: stop what listens there, or leave --port out`);
}

function display(): Finding {
  if (platform() !== 'linux') return ok('Display', 'this system has one');
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const found = WAYLAND_DISPLAY ?? DISPLAY;
  return found
    ? ok('Display', found)
    : note('Display', 'none: Aurora shows itself in the browser; open the address that npm start prints');
}

function electron({ electron: path }: Patient): Finding {
  return path && existsSync(path)
    ? ok('Electron', path)
    : note(
        'Electron',
        'not there yet: npm start fetches it where there is a display, and uses the browser where it cannot',
      );
}

function clock({ data, clock: { now } }: Patient): Finding {
  const time = new Date(now()).toISOString();
  if (now() < YEAR_MIN)
    return bad('Clock', `${time} lies in the past: set this machine's clock, or signals carry wrong times`);
  const ahead = ['live', 'replay'].map((origin) => join(data, origin, 'aurora.db')).filter((file) => existsSync(file));
  for (const file of ahead) {
    const reader = new Reader(file);
    const last = reader.lastTime();
    reader.close();
    if (last > now() + 60_000)
      return bad(
        'Clock',
        `${time} is before what is stored (${new Date(last).toISOString()}): set this machine's clock; until then times run on from there`,
      );
  }
  return ok('Clock', time);
}

/** Asks a Redis for a sign of life with its simplest command. */
function redis(url: string): Promise<Finding> {
  return new Promise((resolve) => {
    const { protocol, hostname, port: at } = new URL(url);
    const where = { host: hostname, port: Number(at) || 6379, timeout: ANSWER_MS };
    const isSecure = protocol === 'rediss:';
    const socket = isSecure
      ? connectSecurely({ ...where, servername: isIP(hostname) ? '' : hostname })
      : connect(where);
    const done = (finding: Finding): void => {
      socket.destroy();
      resolve(finding);
    };
    const why = 'check the address, or start Aurora without --redis: it needs none';
    socket.once(isSecure ? 'secureConnect' : 'connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) =>
      done(
        /^(\+PONG|-NOAUTH)/.test(String(answer))
          ? ok('Redis', `${hostname}:${at || 6379} answers`)
          : bad('Redis', `${hostname} is no Redis (${String(answer).slice(0, 40).trim()}): ${why}`),
      ),
    );
    socket.once('close', () => done(bad('Redis', `${hostname} ends the connection without an answer: ${why}`)));
    socket.once('timeout', () => done(bad('Redis', `${hostname} does not answer: ${why}`)));
    socket.once('error', (error) => done(bad('Redis', `${hostname} cannot be reached (${error.message}): ${why}`)));
  });
}

/** Looks at everything that a start needs. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const findings = [
    node(),
    folder(patient),
    disk(patient),
    await port(patient),
    display(),
    electron(patient),
    clock(patient),
  ];
  return patient.redis === null ? findings : [...findings, await redis(patient.redis)];
}

const MARKS = { ok: 'ok  ', note: 'note', bad: 'BAD ' } as const;

export const findingLine = ({ what, is, says }: Finding): string => `${MARKS[is]}  ${what.padEnd(9)} ${says}`;
