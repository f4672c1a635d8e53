import { MessageChannel } from 'node:worker_threads';
import type { Disposer } from '../kit/disposers.ts';

/** Resolves when somebody wants the program to end; asking again changes nothing. */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    // The launcher is gone, so nobody is left to stop this program.
    process.once('disconnect', () => resolve());
  });
}

/** Timers keep no process alive, and between two engines, or two connections, there is nothing else that would. */
export function stayAwake(): Disposer {
  const { port1 } = new MessageChannel();
  port1.on('message', () => {});
  return () => port1.close();
}
