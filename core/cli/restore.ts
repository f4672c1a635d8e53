import { resolve } from 'node:path';
import { Command } from 'commander';
import { defaultData } from '../engine/settings.ts';
import { systemClock } from '../kit/clock.ts';
import { systemIds } from '../kit/ids.ts';
import { toIso } from '../signals/instant.ts';
import { lockFolder } from '../store/folder-lock.ts';
import { originIn } from '../store/inspect.ts';
import { type Restored, restore } from '../store/restore.ts';
import { asOrigin, counted, originOption, type StoredOrigin, storeOf } from './stores.ts';

interface Flags {
  data: string;
  origin?: StoredOrigin;
}

function report(file: string, { backup, aside, missing }: Restored): string[] {
  const lines = [`Restored ${file} from the backup: ${counted(backup.rows, 'result')} up to #${backup.tail.offset}.`];
  if (backup.bad.length + backup.gaps.length > 0)
    lines.push('Not all of them are what was written: aurora verify says which. The engine sets those aside.');
  if (aside === null) return [...lines, 'There was no store before.'];
  if (missing === null) lines.push('The store of before cannot be read, so nobody can tell what is missing.');
  else if (missing > 0)
    lines.push(`${counted(missing, 'result')} of the store of before ${missing === 1 ? 'is' : 'are'} not in it.`);
  return [...lines, `The store of before lies in ${aside}: nothing was deleted.`];
}

/** `aurora restore`: a backup in the place of the store, which is kept; refused while an engine has the folder. */
export const restoreCommand = (): Command => {
  const command = new Command('restore')
    .argument('<file>', 'the backup, or any other store')
    .description('put a backup in the place of the store, which is kept under a dated name')
    .option('--data <folder>', 'where data lives', defaultData())
    .addOption(originOption('refuse a backup of another origin (default: what the backup says)'));
  return command.action((given: string) => {
    const flags = command.opts<Flags>();
    const [data, backup] = [resolve(flags.data), resolve(given)];
    const origin = flags.origin ?? asOrigin(originIn(backup), backup);
    const now = systemClock().now();
    const release = lockFolder(data, { name: 'aurora restore', pid: process.pid, started_at: toIso(now) });
    try {
      const file = storeOf(data, origin);
      const restored = restore({ file, origin, backup, now, newId: systemIds.id });
      process.stdout.write(`${report(file, restored).join('\n')}\n`);
    } finally {
      release();
    }
  });
};
