import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Fact } from '../contract/facts.ts';
import { systemClock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import type { MadeBackup } from './take-backup.ts';
import { UpkeepLoop, type UpkeepNews } from './upkeep-loop.ts';

export interface UpkeepData {
  file: string;
  keepDays: number | null;
}
export type FromUpkeep = { news: UpkeepNews } | { commit: Fact } | { backup: MadeBackup | { failed: string } };
export type ToUpkeep = { committed: boolean } | 'backup' | 'close';

function start(data: UpkeepData, port: MessagePort): void {
  const tell = (message: FromUpkeep): void => port.postMessage(message);
  let settle = (_committed: boolean): void => {};
  const loop = new UpkeepLoop({
    ...data,
    clock: systemClock(),
    tell: (news) => tell({ news }),
    commit: (fact) =>
      new Promise((resolve) => {
        settle = resolve;
        tell({ commit: fact });
      }),
  });
  port.on('message', (message: ToUpkeep) => {
    if (message === 'backup') return tell({ backup: backUp(loop) });
    if (message !== 'close') return settle(message.committed);
    settle(false);
    loop.close();
  });
  void loop.run().finally(() => port.close());
}

function backUp(loop: UpkeepLoop): MadeBackup | { failed: string } {
  try {
    return loop.backUpNow();
  } catch (error) {
    return { failed: messageOf(error) };
  }
}

if (!parentPort) throw new Error('the upkeep runs in a worker thread');
start(workerData as UpkeepData, parentPort);
