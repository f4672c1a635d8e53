import { app, type BrowserWindow } from 'electron';
import type { EngineLog } from '../core/engine/log.ts';
import { systemClock } from '../core/kit/clock.ts';
import { messageOf } from '../core/kit/errors.ts';
import { handleIpc } from './ipc.ts';
import { seldomAgain } from './seldom-again.ts';
import { tellPage } from './window.ts';

const TIMES = 3;
const WITHIN_MS = 60_000;
const PING_MS = 3_000;
/** A page that has not answered for so long hangs; above what a slow machine takes for a first paint. */
const HUNG_MS = 15_000;

interface Kept {
  window: BrowserWindow;
  load(): void;
  log: EngineLog;
}

/** Loads the page again when its process is gone, and ends that process when the page hangs. The engine goes on meanwhile. */
export function keepPage({ window, load, log }: Kept): { resumed(): void } {
  const clock = systemClock();
  const wait = seldomAgain(TIMES, WITHIN_MS, clock.monotonic);
  let heard = clock.monotonic();
  const alive = (): void => {
    heard = clock.monotonic();
  };
  handleIpc('aurora:alive', alive);
  window.webContents.on('did-start-loading', alive);
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    alive();
    const ms = wait();
    log.error({ reason, exit_code: exitCode, again_ms: ms }, 'the page ended and is loaded again');
    clock.after(ms, () => !window.isDestroyed() && load());
  });
  const stop = clock.every(PING_MS, () => {
    const { webContents } = window;
    if (webContents.isCrashed() || webContents.isLoading() || webContents.isDevToolsOpened()) return;
    if (clock.monotonic() - heard > HUNG_MS) {
      log.error({}, 'the page hangs and is ended');
      webContents.forcefullyCrashRenderer();
    } else tellPage(window, 'aurora:ping');
  });
  window.on('closed', stop);
  return { resumed: alive };
}

/** Chromium begins its own helpers again; the log says that one had gone. */
export function logHelpers(log: EngineLog): void {
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) =>
    log.error({ type, reason, exit_code: exitCode, name }, 'a helper process ended'),
  );
}

/** An error that nobody expected: logged, and the program stops cleanly rather than going on wrong. */
export function stopOnUnexpected(log: EngineLog, leave: (code: number) => void): void {
  let stopping = false;
  const stop = (error: unknown): void => {
    // The log may be closed by now, and what follows from the first error says no more than it does.
    if (stopping) return;
    stopping = true;
    log.error(
      { reason: messageOf(error), stack: error instanceof Error ? error.stack : undefined },
      'unexpected error',
    );
    leave(1);
  };
  process.on('uncaughtException', stop);
  process.on('unhandledRejection', stop);
}
