import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './program.ts';
import type { AuroraWindow } from './window.ts';

/** Ends the program that holds a data folder, whichever that is by now: nobody else ends one that another has started. */
export async function endEngineOf(data: string): Promise<void> {
  const endpoint = join(data, 'endpoint.json');
  if (!existsSync(endpoint)) return;
  const { pid } = JSON.parse(readFileSync(endpoint, 'utf8')) as { pid: number };
  const isAlive = (): boolean => existsSync(`/proc/${pid}`);
  if (isAlive()) process.kill(pid, 'SIGTERM');
  await until('the program to end', () => !isAlive());
}

/** Has the work of a window's program never end: nobody hears that its server is closed. */
export const neverEnd = ({ app }: AuroraWindow): Promise<void> =>
  app.evaluate(() => {
    const { Server } = (process.mainModule as NodeJS.Module).require('node:http') as typeof import('node:http');
    Server.prototype.close = function close() {
      return this;
    };
  });

/** Has a window's program make this file when it closes its log: what is closed is put on the disk before. */
export const noteLogClosed = ({ app }: AuroraWindow, file: string): Promise<void> =>
  app.evaluate((_electron, noted) => {
    const fs = (process.mainModule as NodeJS.Module).require('node:fs') as typeof import('node:fs');
    const { fsync } = fs;
    const noting = (fd: number, done: (error: NodeJS.ErrnoException | null) => void): void => {
      if (/aurora\.\d+\.log$/.test(fs.readlinkSync(`/proc/self/fd/${fd}`))) fs.writeFileSync(noted, '');
      fsync(fd, done);
    };
    Object.assign(fs, { fsync: noting });
  }, file);
