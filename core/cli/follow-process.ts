import { once } from 'node:events';
import { openConsoleLog } from '../engine/log.ts';
import { systemClock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';
import type { RedisAddress } from '../stream/redis-address.ts';
import { RedisLink } from '../stream/redis-link.ts';
import { type RedisStream, redisStream } from '../stream/redis-stream.ts';
import { stayAwake, untilAskedToStop } from './process-life.ts';

const READ_LIMIT = 100;
const PAUSE_MS = 1_000;
/** So long whoever reads along may take for the rest once it is to end. */
const REST_MS = 3_000;

/** Prints results until somebody ends it; one is acked once whoever reads along has it. */
export async function follow(address: RedisAddress, group: string): Promise<void> {
  const log = openConsoleLog();
  for (const secret of address.secrets) log.hide(secret);
  const clock = systemClock();
  const link = new RedisLink(address, 'follow', log);
  const stream = redisStream({ link, clock });
  const sleep = stayAwake();
  const over = new AbortController();
  let wake = (): void => {};
  const noMore = new AbortController();
  let cancelRest: Disposer = () => {};
  over.signal.addEventListener('abort', () => {
    wake();
    cancelRest = clock.after(REST_MS, () => noMore.abort());
  });
  void untilAskedToStop().then(() => over.abort());
  process.stdout.on('error', () => over.abort());
  stream.onAppended(() => wake());
  while (!over.signal.aborted) {
    const awaited = new Promise<void>((resolve) => {
      wake = resolve;
      clock.after(PAUSE_MS, resolve);
    });
    const printed = link.isReady && (await printNext(stream, group, noMore.signal, log));
    if (!printed) await awaited;
  }
  cancelRest();
  stream.close();
  sleep();
  if (process.connected) process.disconnect();
}

/** False where there is nothing more to print now. */
async function printNext(stream: RedisStream, group: string, noMore: AbortSignal, log: Log): Promise<boolean> {
  try {
    const entries = await stream.read(group, READ_LIMIT);
    // What was read is printed though somebody asks to stop: the next who follows would get it half a minute late.
    for (const entry of entries)
      if (!process.stdout.write(`${JSON.stringify(entry)}\n`)) await once(process.stdout, 'drain', { signal: noMore });
    const last = entries.at(-1);
    if (last && !process.stdout.errored) await stream.ack(group, last.offset);
    return entries.length > 0;
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'the stream could not be read: tried again');
    return false;
  }
}
