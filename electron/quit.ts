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

interface Ending {
  /** Open commits finish, agents are told. */
  close(): Promise<void>;
  /** The very last, before an exit. */
  last(): void;
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
  const leave = (code: number): void => finish((fine) => exit(fine ? code : 1));
  const leaveBy = (then: () => void): void =>
    finish(() => {
      // Whatever does not end the program by now has failed: the same version starts again.
      setTimeout(() => {
        app.relaunch();
        exit(1);
      }, DRAIN_MS);
      then();
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
