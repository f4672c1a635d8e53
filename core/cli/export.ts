import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { EXPORT_FORMATS, type ExportFormat, type ExportQuery } from '../contract/export.ts';
import { defaultData } from '../engine/settings.ts';
import { messageOf, UsageError } from '../kit/errors.ts';
import { parseInstant } from '../signals/instant.ts';
import { syncFolder } from '../store/disk-sync.ts';
import { type ExportSummary, exportResults } from '../store/export.ts';
import { counted, originOption, originsIn, type StoredOrigin, storeOf } from './stores.ts';
import { gapSentence } from './verify.ts';

interface Flags {
  data: string;
  origin?: StoredOrigin;
  from?: string;
  format: ExportFormat;
  out: string;
  symbol?: string;
  since?: string;
}

type Export = Generator<string, ExportSummary>;

function fileOf({ from, data, origin }: Flags): string {
  if (from !== undefined) return resolve(from);
  const [first, second] = originsIn(resolve(data), origin);
  if (second !== undefined)
    throw new UsageError('the folder has a store of live and one of replay: name one with --origin');
  return storeOf(resolve(data), first as StoredOrigin);
}

function queryOf({ format, symbol, since }: Flags): ExportQuery {
  const instant = since === undefined ? null : parseInstant(since);
  if (since !== undefined && instant === null)
    throw new UsageError(`--since ${since} is no time: write 2026-01-05 or 2026-01-05T12:00:00Z`);
  return { format, symbol: symbol ?? null, since: instant };
}

function writeAll(results: Export, file: string): ExportSummary {
  const handle = openSync(file, 'w', 0o600);
  try {
    let step = results.next();
    for (; !step.done; step = results.next()) writeFileSync(handle, step.value);
    fsyncSync(handle);
    return step.value;
  } finally {
    closeSync(handle);
  }
}

/** A file that is there has all of it. */
function toFile(results: Export, out: string): ExportSummary {
  if (existsSync(out)) throw new UsageError(`${out} is there already: name a new file with --out`);
  const part = `${out}.part`;
  try {
    const summary = writeAll(results, part);
    renameSync(part, out);
    syncFolder(dirname(out));
    return summary;
  } catch (cause) {
    rmSync(part, { force: true });
    if (!(cause as { syscall?: unknown }).syscall) throw cause;
    throw new UsageError(`${out} cannot be written (${messageOf(cause)}): name another file with --out`, { cause });
  }
}

/** Null where the reader had enough before the end. */
async function toStdout(results: Export): Promise<ExportSummary | null> {
  let summary: ExportSummary | null = null;
  function* pieces() {
    summary = yield* results;
  }
  try {
    await pipeline(Readable.from(pieces()), process.stdout, { end: false });
  } catch (error) {
    if ((error as { code?: string }).code !== 'EPIPE') throw error;
  }
  return summary;
}

function report({ results, unverified, gaps }: ExportSummary): string {
  const lines = [`Exported ${counted(results, 'result')}.`];
  if (unverified > 0)
    lines.push(
      `${counted(unverified, 'of them is', 'of them are')} not what was written, or nobody can tell: see "problem".`,
    );
  for (const gap of gaps) lines.push(`${gapSentence(gap)}.`);
  return `${lines.join('\n')}\n`;
}

/** `aurora export`: what is stored, for other programs; exit code 1 where not all of it is what was written. */
export const exportCommand = (): Command => {
  const command = new Command('export')
    .description(
      'write the stored results as CSV or JSON lines, also while an engine runs, also out of a damaged store',
    )
    .option('--data <folder>', 'where data lives', defaultData())
    .addOption(originOption('which store, where the folder has two'))
    .option('--from <file>', 'read this file: a backup, or a damaged store that was set aside')
    .addOption(new Option('--format <format>', 'how').choices(EXPORT_FORMATS).default('csv'))
    .option('--out <file>', 'a new file, or - for the terminal', '-')
    .option('--symbol <symbol>', 'of this symbol alone')
    .option('--since <time>', 'analysed at this time or later');
  return command.action(async () => {
    const flags = command.opts<Flags>();
    const results = exportResults(fileOf(flags), queryOf(flags));
    const summary = flags.out === '-' ? await toStdout(results) : toFile(results, resolve(flags.out));
    if (summary === null) return;
    process.stderr.write(report(summary));
    if (summary.unverified > 0 || summary.gaps.length > 0) process.exitCode = 1;
  });
};
