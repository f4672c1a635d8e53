import { app } from 'electron';

const DRAIN_MS = 3_000;

export interface Leaving {
  /** From the first wish to leave on. */
  isLeaving(): boolean;
  /** Leaves with this exit code. */
  leave(code: number): void;
  /** Ends the work as a quit does and leaves the end of the program to `then`. */
  leaveBy(then: () => void): void;
}

/** Quits once `close` is done, or has had its time: open commits finish, agents are told. */
export function quitAfter(close: () => Promise<void>): Leaving {
  let leaving = false;
  let closed = false;
  const finish = (end: (fine: boolean) => void): void => {
    if (leaving) return;
    leaving = true;
    const timer = setTimeout(() => app.exit(1), DRAIN_MS);
    const done = (fine: boolean): void => {
      clearTimeout(timer);
      closed = true;
      end(fine);
    };
    close().then(
      () => done(true),
      () => done(false),
    );
  };
  const leave = (code: number): void => finish((fine) => app.exit(fine ? code : 1));
  app.on('window-all-closed', () => leave(0));
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    leave(0);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leave(0));
  // The launcher is gone, so nobody is left in the terminal.
  process.once('disconnect', () => leave(0));
  return { isLeaving: () => leaving, leave, leaveBy: finish };
}
