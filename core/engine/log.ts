import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { Log } from '../kit/log.ts';

/** One JSON line per event in the data folder; warnings go to stderr too where asked. */
export function openLog(data: string, warnOnStderr: boolean): Log & { close(): void } {
  const folder = join(data, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = pino.destination({ dest: join(folder, 'aurora.log'), sync: true });
  const streams: pino.StreamEntry[] = [{ level: 'info', stream: file }];
  if (warnOnStderr) streams.push({ level: 'error', stream: pino.destination({ dest: 2, sync: true }) });
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.multistream(streams));
  return {
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    close: () => file.end(),
  };
}
