import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WORK = fileURLToPath(new URL('./work.ts', import.meta.url));
const CALLS = 'openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink';

export type SyncCall = 'fsync' | 'fdatasync';

/** What a program asked of the disk, in its order; `mark` is what it said meanwhile. */
export type DiskCall =
  | { op: 'write'; file: string; at: number; data: Buffer }
  | { op: 'sync'; call: SyncCall; file: string }
  /** Which names are in the folder is on the disk. */
  | { op: 'sync_names'; call: SyncCall }
  | { op: 'truncate'; file: string; size: number }
  | { op: 'unlink'; file: string }
  | { op: 'mark'; text: string };

/** Runs a writer under strace with these options and resolves with what it has said. */
export function work(file: string, batches: number, strace: readonly string[]): Promise<string[]> {
  const child = spawn('strace', [...strace, process.execPath, WORK, file, String(batches)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    said += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    errors += part;
  });
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new Error('strace is needed to watch the disk', { cause })));
    child.on('close', () => {
      const lines = said.trim().split('\n');
      if (lines.at(-1) === 'over') resolve(lines);
      else reject(new Error(`The writer ended before it was through: ${said.slice(-500)}\n${errors.slice(-2_000)}`));
    });
  });
}

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');
const textOf = (hex: string): string => bytes(hex).toString('utf8');

/** Everything that a writer asks of the disk while it stores so many batches. */
export async function record(file: string, batches: number): Promise<DiskCall[]> {
  const trace = join(dirname(file), 'trace');
  await work(file, batches, ['-xx', '-s', '1000000', '-e', `trace=${CALLS}`, '-o', trace]);
  return [...read(readFileSync(trace, 'latin1'), file)];
}

const LINE = /^(\w+)\((.*)\)\s+= (-?\d+)/;

interface OpenFile {
  file: string;
  isFolder: boolean;
  end: number;
}
type OpenFiles = Map<number, OpenFile>;

function* read(trace: string, file: string): Generator<DiskCall> {
  const open: OpenFiles = new Map();
  for (const line of trace.split('\n')) {
    const [, call = '', given = '', answer = ''] = LINE.exec(line) ?? [];
    if (Number(answer) >= 0) yield* oneCall(call, given.split(', '), Number(answer), open, file);
  }
}

function* oneCall(
  call: string,
  args: readonly string[],
  answer: number,
  open: OpenFiles,
  file: string,
): Generator<DiskCall> {
  const text = (place: number): string => textOf(args[place]?.replaceAll('"', '') ?? '');
  const isOurs = (path: string): boolean => path === dirname(file) || (path.startsWith(file) && !path.endsWith('-shm'));
  const target = open.get(Number(args[0]));
  if (call === 'openat') {
    if (isOurs(text(1))) open.set(answer, { file: text(1), isFolder: text(1) === dirname(file), end: 0 });
    else open.delete(answer);
  } else if (call === 'unlink') {
    if (isOurs(text(0))) yield { op: 'unlink', file: text(0) };
  } else if (call === 'write' && args[0] === '1') yield { op: 'mark', text: text(1).trim() };
  else if (target) yield* onFile(call, args, target);
}

function* onFile(call: string, args: readonly string[], target: OpenFile): Generator<DiskCall> {
  const { file } = target;
  if (call === 'fsync' || call === 'fdatasync')
    yield target.isFolder ? { op: 'sync_names', call } : { op: 'sync', call, file };
  else if (call === 'ftruncate') yield { op: 'truncate', file, size: Number(args[1]) };
  else if (call === 'pwrite64' || call === 'write') {
    const data = bytes(args[1]?.replaceAll('"', '') ?? '');
    const at = call === 'write' ? target.end : Number(args[3]);
    target.end = at + data.length;
    yield { op: 'write', file, at, data };
  }
}
