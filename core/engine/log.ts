import { join } from 'node:path';
import pino from 'pino';
import roll from 'pino-roll';
import { systemClock } from '../kit/clock.ts';
import { messageOf, UsageError } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';
import { makeFolder } from '../kit/make-folder.ts';
import { Seldom } from '../kit/seldom.ts';
import { Scrubber, secretsOfEnvironment } from './scrub.ts';

export interface EngineLog extends Log {
  /** From now on this text is hidden in every line. */
  hide(secret: string): void;
  /** A text as a line of the log would hold it. */
  scrub(text: string): string;
  close(): void;
}

const FILE_SIZE = '10m';
const OLD_FILES = 4;
const WAITING_MAX = 1024 * 1024;
const SELDOM_MS = 10_000;

/** One JSON line per event: all in files of the data folder that roll at 10 MB, warnings on stderr too. */
export async function openLog(data: string): Promise<EngineLog> {
  const folder = join(data, 'logs');
  const file = await rolling(folder);
  const seldom = new Seldom(SELDOM_MS, systemClock().monotonic);
  // A disk that takes no log takes no result either, and that is said on the screen: the program goes on.
  file.on('error', (error) => {
    if (seldom.pass('log') !== null) process.stderr.write(`aurora: the log cannot be written (${error.message})\n`);
  });
  const scrubber = scrubberOfHere();
  const scrubbed = (write: (line: string) => unknown) => ({
    write: (line: string) => void write(scrubber.scrub(line)),
  });
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.multistream([
      { level: 'info', stream: scrubbed((line) => file.write(line)) },
      { level: 'warn', stream: scrubbed((line) => process.stderr.write(line)) },
    ]),
  );
  return {
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    hide: (secret) => scrubber.hide(secret),
    scrub: (text) => scrubber.scrub(text),
    close: () => file.end(),
  };
}

/** The same lines on stderr alone, for a program that keeps nothing. */
export function openConsoleLog(): EngineLog {
  const scrubber = scrubberOfHere();
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => void process.stderr.write(scrubber.scrub(line)) },
  );
  return {
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    hide: (secret) => scrubber.hide(secret),
    scrub: (text) => scrubber.scrub(text),
    close: () => {},
  };
}

async function rolling(folder: string): ReturnType<typeof roll> {
  try {
    makeFolder(folder);
    const limit = { count: OLD_FILES, removeOtherLogFiles: true };
    return await roll({
      file: join(folder, 'aurora'),
      extension: '.log',
      size: FILE_SIZE,
      limit,
      sync: true,
      maxLength: WAITING_MAX,
    });
  } catch (cause) {
    throw new UsageError(
      `The log folder ${folder} cannot be used (${messageOf(cause)}): check that the data folder is writable and has space, or choose another with --data`,
      { cause },
    );
  }
}

function scrubberOfHere(): Scrubber {
  const scrubber = new Scrubber();
  for (const secret of secretsOfEnvironment(process.env)) scrubber.hide(secret);
  return scrubber;
}
