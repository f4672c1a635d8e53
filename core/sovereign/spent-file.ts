import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';
import { makeFolder } from '../kit/make-folder.ts';
import type { Spent } from './budget.ts';

const amount = z.number().nonnegative();
const windowSchema = z.object({ since: z.number().int(), tokens: amount, usd: amount });
const spentSchema = z.object({ hour: windowSchema, day: windowSchema });

/** What models have used, over restarts: a budget that a restart forgets is none. */
export class SpentFile {
  readonly #file: string;
  readonly #log: Log;
  #failing = false;

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  /** Null where nothing was used yet, or where it cannot be read, which is logged. */
  read(): Spent | null {
    try {
      return spentSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#log.warn(
          { file: this.#file, error: messageOf(error) },
          'what models have used cannot be read: the budget begins anew',
        );
      return null;
    }
  }

  /** A file that cannot be written is logged once; the budget then holds for this run alone. */
  write(spent: Spent): void {
    try {
      makeFolder(dirname(this.#file));
      writeFileSync(`${this.#file}.part`, JSON.stringify(spent), { mode: 0o600 });
      renameSync(`${this.#file}.part`, this.#file);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing)
        this.#log.warn(
          { file: this.#file, error: messageOf(error) },
          'what models have used cannot be written: the budget holds for this run alone',
        );
      this.#failing = true;
    }
  }
}
