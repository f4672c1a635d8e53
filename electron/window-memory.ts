import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type WindowSettings, windowSettingsSchema } from '../core/contract/window.ts';
import type { EngineLog } from '../core/engine/log.ts';
import { writePrivately } from '../core/engine/private-file.ts';
import { messageOf } from '../core/kit/errors.ts';

const coordinate = z.number().int().min(-100_000).max(100_000);
const length = z.number().int().min(1).max(100_000);
const placeSchema = z.object({
  x: coordinate,
  y: coordinate,
  width: length,
  height: length,
  maximized: z.boolean().default(false),
});
/** Where the window was last as an ordinary one, in the screen's points. */
export type Place = z.output<typeof placeSchema>;

const memorySchema = z.object({
  settings: windowSettingsSchema.default(windowSettingsSchema.parse({})),
  place: placeSchema.nullable().default(null),
});

/** What the window remembers from one start to the next, in one file; a file that cannot be read counts as none. */
export class WindowMemory {
  readonly #file: string;
  readonly #log: EngineLog;
  #memory: z.output<typeof memorySchema>;

  constructor(file: string, log: EngineLog) {
    this.#file = file;
    this.#log = log;
    this.#memory = this.#read();
  }

  get settings(): WindowSettings {
    return this.#memory.settings;
  }

  get place(): Place | null {
    return this.#memory.place;
  }

  change(settings: WindowSettings): void {
    this.#keep({ ...this.#memory, settings });
  }

  moved(place: Place): void {
    this.#keep({ ...this.#memory, place });
  }

  #read(): z.output<typeof memorySchema> {
    try {
      return memorySchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#log.warn({ file: this.#file, reason: messageOf(error) }, 'the window begins with its usual settings');
      return memorySchema.parse({});
    }
  }

  #keep(memory: z.output<typeof memorySchema>): void {
    this.#memory = memory;
    try {
      writePrivately(this.#file, memory);
    } catch (error) {
      this.#log.warn({ reason: messageOf(error) }, 'the window will not remember its settings');
    }
  }
}
