import { spawn } from 'node:child_process';
import { app } from 'electron';
import { ownAppImage } from './updates/kind.ts';

const DRAIN_MS = 3_000;
/** What ends the program in `leaveBy` has so long; macOS unpacks and verifies a whole program meanwhile. */
const ENDING_MS = 60_000;

export interface Leaving {
  /** From the first wish to leave on. */
  isLeaving(): boolean;
  /** Leaves with this exit code. */
  leave(code: number): void;
  /** Ends the work as a quit does, or leaves it after as long, and the end of the program to `then`; where that fails, this version starts again. */
  leaveBy(then: () => Promise<void>): void;
}

interface Ending {
  /** Open commits finish, agents are told. */
  close(): Promise<void>;
  /** The very last, before an exit. */
  last(): void;
}

/** An AppImage's own executable lies in a mount that ends with the program, so it is the image that starts. */
function startAgain(): void {
  const image = ownAppImage(process.execPath, process.env);
  if (image === null) app.relaunch();
  else spawn(image, process.argv.slice(1), { detached: true, stdio: 'ignore' }).unref();
}

/** Quits once `close` is done, or has had its time. */
export function quitAfter({ close, last }: Ending): Leaving {
  let leaving = false;
  let closed = false;
  const exit = (code: number): void => {
    last();
    app.exit(code);
  };
  const finish = (end: (fine: boolean) => void): void => {
    if (leaving) return;
    leaving = true;
    const done = (fine: boolean): void => {
      if (closed) return;
      clearTimeout(timer);
      closed = true;
      end(fine);
    };
    const timer = setTimeout(() => done(false), DRAIN_MS);
    close().then(
      () => done(true),
      () => done(false),
    );
  };
  const leave = (code: number): void => finish((fine) => exit(fine ? code : 1));
  const again = (): void => {
    startAgain();
    exit(1);
  };
  const leaveBy = (then: () => Promise<void>): void =>
    finish(() => {
      app.once('will-quit', last);
      setTimeout(again, ENDING_MS);
      then().catch(again);
    });
  app.on('window-all-closed', () => leave(0));
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    leave(0);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leave(0));
  // The launcher is gone, so nobody is left in the terminal.
  process.once('disconnect', () => leave(0));
  return { isLeaving: () => leaving, leave, leaveBy };
}
