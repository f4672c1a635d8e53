import { app } from 'electron';

const DRAIN_MS = 3_000;

/** Quits once `close` is done, or has had its time: open commits finish, agents are told. */
export function quitAfter(close: () => Promise<void>): void {
  let leaving = false;
  const leave = (): void => {
    if (leaving) return;
    leaving = true;
    const timer = setTimeout(() => app.exit(1), DRAIN_MS);
    void close().then(() => {
      clearTimeout(timer);
      app.exit(0);
    });
  };
  app.on('window-all-closed', leave);
  app.on('before-quit', (event) => {
    event.preventDefault();
    leave();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
  // The launcher is gone, so nobody is left in the terminal.
  process.once('disconnect', leave);
}
