import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../kit/clock.ts';
import { messageOf, UsageError } from '../kit/errors.ts';
import type { Ids } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import { makeFolder } from '../kit/make-folder.ts';
import { toIso } from '../signals/instant.ts';
import { type Kept, type Outbox, type Report, reportSchema } from './outbox.ts';

export interface DiskOutboxOptions {
  /** One agent's own folder. */
  folder: string;
  agentId: string;
  clock: Clock;
  ids: Ids;
  log: Log;
}

const fileSchema = z.intersection(z.object({ agent_id: z.string() }), reportSchema);

/** So many digits that names sort by time until the year 2286. */
const TIME_DIGITS = 13;
const WHOLE = '.json';
const PART = '.part';
const DAMAGED = '.damaged';

function sync(path: string, flags: string): void {
  const handle = openSync(path, flags);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes a new name last; where a folder cannot be opened, as on Windows, the system sees to that itself. */
function syncFolder(folder: string): void {
  try {
    sync(folder, 'r');
  } catch {}
}

/** Outlives the process: one file a report, written whole and on the disk before the report is sent. */
export class DiskOutbox implements Outbox {
  readonly #to: DiskOutboxOptions;

  /** Throws UsageError where the folder cannot be made. */
  constructor(options: DiskOutboxOptions) {
    this.#to = options;
    try {
      makeFolder(options.folder);
    } catch (cause) {
      throw this.#unusable(cause);
    }
  }

  left(): Kept[] {
    const { folder } = this.#to;
    const names = this.#names();
    // A file that was not whole when its writer ended was never sent.
    for (const name of names.filter((one) => one.endsWith(PART))) rmSync(join(folder, name), { force: true });
    return names
      .filter((name) => name.endsWith(WHOLE))
      .sort()
      .flatMap((name) => this.#read(name));
  }

  keep(report: Report): Kept {
    const { folder, agentId, clock, ids, log } = this.#to;
    const now = clock.now();
    const name = `${String(now).padStart(TIME_DIGITS, '0')}-${ids.id()}${WHOLE}`;
    const file = join(folder, name);
    try {
      const text = JSON.stringify({ agent_id: agentId, kept_at: toIso(now), ...report });
      writeFileSync(`${file}${PART}`, `${text}\n`, { mode: 0o600 });
      sync(`${file}${PART}`, 'r+');
      renameSync(`${file}${PART}`, file);
      syncFolder(folder);
    } catch (error) {
      const { task_id } = report.body;
      log.error(
        { agent_id: agentId, task_id, folder, error: messageOf(error) },
        'a report could not be written to the outbox: it is kept in memory alone until the engine has it',
      );
    }
    return this.#kept(name, report);
  }

  #names(): string[] {
    try {
      return readdirSync(this.#to.folder);
    } catch (cause) {
      throw this.#unusable(cause);
    }
  }

  #unusable(cause: unknown): UsageError {
    const { folder } = this.#to;
    const why = `The outbox folder ${folder} cannot be used (${messageOf(cause)})`;
    return new UsageError(`${why}: check that it is a folder that can be written to, or name another`, { cause });
  }

  #read(name: string): Kept[] {
    const { folder, agentId, log } = this.#to;
    const file = join(folder, name);
    try {
      const { agent_id, ...report } = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
      if (agent_id === agentId) return [this.#kept(name, report)];
      log.warn({ agent_id: agentId, file, of: agent_id }, "another agent's report lies in this agent's outbox");
    } catch (error) {
      this.#setAside(file, error);
    }
    return [];
  }

  #setAside(file: string, error: unknown): void {
    const { agentId, log } = this.#to;
    const aside = `${file}${DAMAGED}`;
    const fields = { agent_id: agentId, file, aside, error: messageOf(error) };
    try {
      renameSync(file, aside);
      log.error(fields, 'a damaged report was set aside');
    } catch (refused) {
      log.error({ ...fields, refused: messageOf(refused) }, 'a damaged report could not be set aside');
    }
  }

  #kept(name: string, report: Report): Kept {
    const { folder, agentId, log } = this.#to;
    return {
      report,
      release() {
        try {
          rmSync(join(folder, name), { force: true });
        } catch (error) {
          log.warn({ agent_id: agentId, file: name, error: messageOf(error) }, 'a report stays in the outbox');
        }
      },
    };
  }
}
