import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { writePrivately } from '../../core/engine/private-file.ts';

const attemptSchema = z.object({ version: z.string(), why: z.string().nullable() });

/** An installation that was begun, noted in a file, so that the program which starts next can tell what came of it. */
export class Attempt {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  begun(version: string): void {
    writePrivately(this.#file, { version, why: null });
  }

  failed(version: string, why: string): void {
    writePrivately(this.#file, { version, why });
  }

  /** What to say of the last one, once; null where there was none or it went well. */
  outcome(own: string): string | null {
    try {
      const { version, why } = attemptSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
      if (version === own) return null;
      const reason = why === null ? '' : `: ${why}`;
      return `Aurora ${version} could not be installed, and ${own} goes on as before${reason}`;
    } catch {
      return null;
    } finally {
      rmSync(this.#file, { force: true });
    }
  }
}
