import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Fact, Outcome } from '../contract/facts.ts';
import type { Origin } from '../contract/result.ts';
import { systemClock } from '../kit/clock.ts';
import { AuroraError, messageOf } from '../kit/errors.ts';
import { systemIds } from '../kit/ids.ts';
import { openWritable } from './open.ts';
import { Writer } from './writer.ts';

export interface WriterData {
  file: string;
  origin: Origin;
}
export type ToWriter = { id: number; facts: Fact[] } | 'close';
export type FromWriter =
  | { ready: { storeEpoch: string } }
  | { refused: string }
  | { committed: { id: number; outcomes: Outcome[] }[] };

function start({ file, origin }: WriterData, port: MessagePort, tell: (message: FromWriter) => void): void {
  const db = openWritable(file);
  const clock = systemClock();
  const writer = new Writer({ db, origin, now: clock.now, newEpoch: systemIds.id });

  /** Natural group commit: what has queued up while the last commit ran becomes the next one. */
  const gather = (head: ToWriter): ToWriter[] => {
    const waiting = [head];
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
      waiting.push(next.message as ToWriter);
    return waiting;
  };

  port.on('message', (head: ToWriter) => {
    const waiting = gather(head);
    const commits = waiting.filter((message) => message !== 'close');
    if (commits.length > 0) tell({ committed: attempt(writer, commits) });
    if (commits.length === waiting.length) return;
    db.close();
    port.close();
  });
  tell({ ready: { storeEpoch: writer.storeEpoch } });
}

function attempt(writer: Writer, commits: Exclude<ToWriter, 'close'>[]): { id: number; outcomes: Outcome[] }[] {
  try {
    const outcomes = writer.commit(commits.map((one) => one.facts));
    return commits.map((one, place) => ({ id: one.id, outcomes: outcomes[place] ?? [] }));
  } catch (error) {
    const refused: Outcome = { ok: false, message: messageOf(error) };
    return commits.map((one) => ({ id: one.id, outcomes: one.facts.map(() => refused) }));
  }
}

if (!parentPort) throw new Error('the writer runs in a worker thread');
const tell = (message: FromWriter): void => parentPort?.postMessage(message);
try {
  start(workerData as WriterData, parentPort, tell);
} catch (error) {
  tell({ refused: error instanceof AuroraError ? error.message : `The store failed to start: ${messageOf(error)}` });
}
