import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SetKey, SettingSource, SettingsView } from '../contract/settings.ts';
import { UsageError } from '../kit/errors.ts';
import { findKey } from '../sovereign/model-key.ts';
import { type NamedModel, readModelName } from '../sovereign/model-name.ts';
import { type ModelFlags, modelSettingsOf, readModelsFile } from '../sovereign/model-settings.ts';
import { writePrivately, writeTextPrivately } from './private-file.ts';

const entrySchema = z.looseObject({
  model: z.string(),
  key_file: z.string().optional(),
  allow_http: z.boolean().optional(),
});
type Entry = z.output<typeof entrySchema>;
const entry = z.preprocess((said) => (typeof said === 'string' ? { model: said } : said), entrySchema);
/** The part of models.json that the page changes; all else in it stays as it is. */
const fileSchema = z.looseObject({ primary: entry.optional(), fallback: entry.nullish() });
type ModelsFile = z.output<typeof fileSchema>;

const SLOTS = { model: 'primary', fallback: 'fallback' } as const;
type Slot = keyof typeof SLOTS;
const OWN_VARIABLE = { model: 'AURORA_MODEL_KEY', fallback: 'AURORA_FALLBACK_KEY' } as const;
const USUAL = { model: 'rules', fallback: 'none' } as const;

export interface ModelsDeskOptions {
  /** The data folder. */
  data: string;
  flags: ModelFlags;
  env: Readonly<Record<string, string | undefined>>;
  /** Told of each key that no line may hold. */
  hide: (secret: string) => void;
}

type Remote = Extract<NamedModel, { is: 'remote' }>;

/** Models and keys as the user sets them on the page. A key belongs to a server and is sent to no other. */
export class ModelsDesk {
  readonly #to: ModelsDeskOptions;
  readonly #file: string;

  constructor(options: ModelsDeskOptions) {
    this.#to = options;
    this.#file = join(options.data, 'models.json');
  }

  view(): Pick<SettingsView, Slot> {
    const file = this.#read();
    return { model: this.#standing(file, 'model'), fallback: this.#standing(file, 'fallback') };
  }

  /** Chooses models, null for the usual; throws UsageError where one could not be asked, and changes nothing then. */
  choose(change: Partial<Record<Slot, string | null>>): void {
    const { flags } = this.#to;
    const next = this.#read();
    for (const slot of ['model', 'fallback'] as const) {
      const name = change[slot];
      if (name === undefined) continue;
      if (flags[slot] !== undefined) throw new UsageError(`--${slot} is said on the command line, which goes first`);
      this.#put(next, slot, name);
    }
    // Rules need nobody to fall back to.
    const rules = next.primary === undefined || next.primary.model === 'rules';
    if (rules && change.fallback === undefined) delete next.fallback;
    this.#write(next);
  }

  /** Keeps the key to a model's server, or takes it away; whether it is used by now. Throws UsageError. */
  setKey({ model, key }: SetKey): boolean {
    const server = remoteOf(model, true);
    const place = keyFileOf(server);
    if (key === null) return this.#takeAway(place);
    const clean = key.trim();
    if (!/^[\x21-\x7e]+$/.test(clean)) throw new UsageError('a key is one word: paste it alone');
    this.#to.hide(clean);
    writeTextPrivately(join(this.#to.data, place), clean);
    const next = this.#read();
    let used = false;
    for (const slot of ['primary', 'fallback'] as const) {
      const one = next[slot];
      if (!one || one.model === 'rules' || keyFileOf(remoteOf(one.model, true)) !== place) continue;
      next[slot] = { ...one, key_file: place };
      used = true;
    }
    if (used) this.#write(next);
    return used;
  }

  #takeAway(place: string): boolean {
    const next = this.#read();
    let used = false;
    for (const slot of ['primary', 'fallback'] as const) {
      const one = next[slot];
      if (one?.key_file !== place) continue;
      const { key_file: _taken, ...rest } = one;
      next[slot] = rest;
      used = true;
    }
    if (used) this.#write(next);
    rmSync(join(this.#to.data, place), { force: true });
    return used;
  }

  #put(file: ModelsFile, slot: Slot, name: string | null): void {
    const own = SLOTS[slot];
    const before = file[own];
    const asked = name?.trim() ?? '';
    if (asked === '' || asked === USUAL[slot]) delete file[own];
    else if (before?.model !== asked) file[own] = this.#entry(asked, before?.allow_http === true);
  }

  #entry(name: string, allowHttp: boolean): Entry {
    if (name === 'rules') return { model: name };
    const place = keyFileOf(remoteOf(name, allowHttp));
    return existsSync(join(this.#to.data, place)) ? { model: name, key_file: place } : { model: name };
  }

  #standing(file: ModelsFile, slot: Slot): SettingsView[Slot] {
    const said = this.#to.flags[slot];
    const kept = file[SLOTS[slot]] ?? null;
    const from: SettingSource = said !== undefined ? 'command line' : kept ? 'settings' : 'default';
    const one: Entry | null = said === undefined || said === kept?.model ? kept : { model: said };
    if (!one) return { value: USUAL[slot], from, key: 'none' };
    return { value: one.model, from, key: this.#keyOf(one, slot) };
  }

  #keyOf(one: Entry, slot: Slot): SettingsView[Slot]['key'] {
    if (one.key_file !== undefined) return 'kept';
    if (one.model === 'rules' || one.model === 'none') return 'none';
    try {
      const model = remoteOf(one.model, one.allow_http === true);
      const { key } = findKey({ model, keyFile: null, env: this.#to.env, ownVariable: OWN_VARIABLE[slot] });
      return key === null ? 'none' : 'environment';
    } catch {
      return 'none';
    }
  }

  #read(): ModelsFile {
    const read = fileSchema.safeParse(readModelsFile(this.#file));
    if (read.success) return read.data;
    throw new UsageError(`${this.#file} is not what models.json should be: mend it, or move it away`);
  }

  #write(next: ModelsFile): void {
    const { flags, env } = this.#to;
    modelSettingsOf(next, { flags, file: this.#file, env });
    writePrivately(this.#file, next);
  }
}

function remoteOf(name: string, allowHttp: boolean): Remote {
  const model = readModelName(name, { allowHttp });
  if (model.is === 'rules') throw new UsageError('the built-in rules ask nobody and need no key');
  return model;
}

/** Beside models.json, by the server that it is for. */
const keyFileOf = ({ url }: Remote): string =>
  join('keys', `${url.protocol.slice(0, -1)}-${url.host}`.replace(/[^\w.-]/g, '_'));
