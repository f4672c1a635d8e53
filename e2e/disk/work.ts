// A writer at work on a store of its own, to be watched or hindered at its system calls: FILE BATCHES.
import { writeSync } from 'node:fs';
import { systemClock } from '../../core/kit/clock.ts';
import { passBy } from '../../core/kit/fault-points.ts';
import { systemIds } from '../../core/kit/ids.ts';
import { Ballast } from '../../core/store/ballast.ts';
import { Session } from '../../core/store/session.ts';
import { completed, submitted } from '../../core/store/testing/task-facts.ts';
import { type FromWriter, WriterLoop } from '../../core/store/writer-loop.ts';

const [file = '', batches = '10'] = process.argv.slice(2);
const TRIES = 40;
const clock = systemClock();
const tell = (line: string): void => void writeSync(1, `${line}\n`);

const loops: WriterLoop[] = [];
let outcomes: readonly { ok: boolean; offset?: number | null; message?: string }[] = [];
let isRenewed = false;

function listen(message: FromWriter): void {
  if ('committed' in message) outcomes = message.committed[0]?.outcomes ?? [];
  else if ('renewed' in message) isRenewed = true;
}

/** As the engine does it: where the store has to be read anew, the old writer is closed and another begun. */
function writer(): WriterLoop {
  if (isRenewed) loops.pop()?.close();
  isRenewed = false;
  const [running] = loops;
  if (running) return running;
  const loop = new WriterLoop({
    open: () => new Session({ file, origin: 'live', now: clock.now, newId: systemIds.id, at: passBy }),
    ballast: new Ballast(`${file}.ballast`),
    clock,
    tell: listen,
  });
  loops.push(loop);
  return loop;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function attempt(id: number): Promise<boolean> {
  try {
    outcomes = [];
    writer().take([{ id, facts: [submitted(`t${id}`), completed(`t${id}`)] }]);
    const [, result] = outcomes;
    if (result?.ok) tell(`acked ${result.offset} t${id}`);
    return result?.ok ?? false;
  } catch (error) {
    tell(`not opened: ${(error as Error).message}`);
    return false;
  }
}

let tries = 0;
for (let id = 1; id <= Number(batches) && tries < TRIES; ) {
  if (await attempt(id)) {
    id += 1;
    continue;
  }
  tries += 1;
  tell(`refused t${id}`);
  await pause(50);
}
try {
  loops.pop()?.close();
} catch (error) {
  tell(`not closed: ${(error as Error).message}`);
}
tell('over');
