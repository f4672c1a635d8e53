import { resolve } from 'node:path';
import { Command } from 'commander';
import { defaultData } from '../engine/settings.ts';
import { systemClock } from '../kit/clock.ts';
import { takeDatedBackup } from '../store/take-backup.ts';
import { originOption, originsIn, type StoredOrigin, storeOf } from './stores.ts';

interface Flags {
  data: string;
  origin?: StoredOrigin;
}

/** `aurora backup`: a copy of each store as it is at this moment; an engine may go on writing meanwhile. */
export const backupCommand = (): Command => {
  const command = new Command('backup')
    .description('copy the store to a dated file in its backups folder, also while an engine runs; seven are kept')
    .option('--data <folder>', 'where data lives', defaultData())
    .addOption(originOption('copy this store alone (default: every one that is there)'));
  return command.action(() => {
    const { data, origin: asked } = command.opts<Flags>();
    for (const origin of originsIn(resolve(data), asked)) {
      const { file, offset, bytes } = takeDatedBackup(storeOf(resolve(data), origin), systemClock().now());
      process.stdout.write(`${origin}: up to #${offset}, ${(bytes / 1024 / 1024).toFixed(1)} MB in ${file}\n`);
    }
  });
};
