import { resolve } from 'node:path';
import { Command } from 'commander';
import { defaultData } from '../engine/settings.ts';
import type { Gap } from '../store/chain-walk.ts';
import { type Inspection, inspect } from '../store/inspect.ts';
import { StoreError } from '../store/open.ts';
import { counted, originOption, originsIn, type StoredOrigin, storeOf } from './stores.ts';

interface Flags {
  data: string;
  origin?: StoredOrigin;
}

const GAP = { missing: 'missing', unreadable: 'unreadable, because the page that they lie on is damaged' } as const;

/** "#6 is missing", "#6 to #9 are missing". */
export const gapSentence = ({ from, to, why }: Gap): string =>
  from === to ? `#${from} is ${GAP[why]}` : `#${from} to #${to} are ${GAP[why]}`;

/** What is wrong with a store, one sentence each. */
function complaintsOf({ bad, gaps, damage, standing }: Inspection): string[] {
  return [
    ...(damage === null ? [] : [`SQLite finds its pages damaged: ${damage}`]),
    ...(standing === null ? [] : [standing]),
    ...bad.map(
      ({ offset, symbol, reason, known }) =>
        `#${offset}${symbol === null ? '' : ` of ${symbol}`}: ${reason}${known ? ' (set aside, it is not shown)' : ''}`,
    ),
    ...gaps.map(gapSentence),
  ];
}

function summaryOf({ rows, removed, tail }: Inspection, wrong: number): string {
  const seen = `${counted(rows, 'result')} up to #${tail.offset}`;
  const gone = removed === 0 ? '' : `, and ${counted(removed, 'more')} whose content was let go for their age`;
  return wrong === 0 ? `${seen}${gone}: all are what was written` : `${seen}${gone}: ${counted(wrong, 'complaint')}`;
}

function inspected(file: string): { complaints: string[]; summary: string } {
  try {
    const found = inspect(file);
    const complaints = complaintsOf(found);
    return { complaints, summary: summaryOf(found, complaints.length) };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return {
      complaints: [error.message],
      summary: 'cannot be read as a whole: aurora export --from has what can be read',
    };
  }
}

/** `aurora verify`: whether what is stored is what was written; exit code 1 where it is not. */
export const verifyCommand = (): Command => {
  const command = new Command('verify')
    .description('look at every stored result, its chain and its anchor, also while an engine runs; writes nothing')
    .option('--data <folder>', 'where data lives', defaultData())
    .addOption(originOption('look at this store alone (default: every one that is there)'));
  return command.action(() => {
    const { data, origin: asked } = command.opts<Flags>();
    for (const origin of originsIn(resolve(data), asked)) {
      const { complaints, summary } = inspected(storeOf(resolve(data), origin));
      process.stdout.write(`${complaints.length === 0 ? 'ok ' : 'BAD'} ${origin}: ${summary}\n`);
      for (const complaint of complaints) process.stdout.write(`    ${complaint}\n`);
      if (complaints.length > 0) process.exitCode = 1;
    }
  });
};
