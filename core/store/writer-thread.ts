import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Origin } from '../contract/result.ts';
import { systemClock } from '../kit/clock.ts';
import { AuroraError, messageOf } from '../kit/errors.ts';
import { killAt } from '../kit/fault-points.ts';
import { systemIds } from '../kit/ids.ts';
import { Ballast } from './ballast.ts';
import { Session } from './session.ts';
import { type CommitRequest, type FromWriter, WriterLoop } from './writer-loop.ts';

export interface WriterData {
  file: string;
  origin: Origin;
  /** Where a test wants this process, or this thread, to end (kit/fault-points.ts); null outside tests. */
  killAt: string | null;
}
export type ToWriter = CommitRequest[] | 'close';

function start({ file, origin, killAt: asked }: WriterData, port: MessagePort): void {
  const clock = systemClock();
  const at = killAt(
    asked ?? undefined,
    () => process.kill(process.pid, 'SIGKILL'),
    // In a worker this ends the thread and nothing else.
    () => process.exit(1),
  );
  const loop = new WriterLoop({
    open: () => new Session({ file, origin, now: clock.now, newId: systemIds.id, at }),
    ballast: new Ballast(`${file}.ballast`),
    clock,
    tell: (message) => port.postMessage(message),
  });

  /** Natural group commit: what has queued up while the last commit ran becomes the next one. */
  const gather = (head: ToWriter): ToWriter[] => {
    const waiting = [head];
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
      waiting.push(next.message as ToWriter);
    return waiting;
  };

  port.on('message', (head: ToWriter) => {
    const waiting = gather(head);
    const requests = waiting.filter((message) => message !== 'close').flat();
    if (requests.length > 0) loop.take(requests);
    if (!waiting.includes('close')) return;
    loop.close();
    port.close();
  });
}

if (!parentPort) throw new Error('the writer runs in a worker thread');
try {
  start(workerData as WriterData, parentPort);
} catch (error) {
  const refused = error instanceof AuroraError ? error.message : `The store failed to start: ${messageOf(error)}`;
  parentPort.postMessage({ refused } satisfies FromWriter);
}
