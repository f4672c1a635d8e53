import { join } from 'node:path';
import { z } from 'zod';
import type { SetKey, SettingSource, SettingsView } from '../contract/settings.ts';
import { UsageError } from '../kit/errors.ts';
import { type FoundKey, findKey, KEPT_BY } from '../sovereign/model-key.ts';
import { type NamedModel, readModelName } from '../sovereign/model-name.ts';
import { type ModelFlags, modelSettingsOf, readModelsFile } from '../sovereign/model-settings.ts';
import type { ModelKeys } from './model-keys.ts';
import { writePrivately } from './private-file.ts';

const entrySchema = z.looseObject({
  model: z.string(),
  key_file: z.string().optional(),
  key_kept: z.enum(KEPT_BY).optional(),
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
  keys: ModelKeys;
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

  view(): Pick<SettingsView, Slot | 'key_places'> {
    const file = this.#read();
    return {
      model: this.#standing(file, 'model'),
      fallback: this.#standing(file, 'fallback'),
      key_places: this.#to.keys.places,
    };
  }

  /** A sentence for each key that has to be given again. */
  lost(): string[] {
    const { model, fallback } = this.view();
    return [model, fallback].flatMap(({ key_lost }) => key_lost ?? []);
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

  /** Keeps the key to a model's server, or takes it away; whether this changes what is in use. Throws UsageError. */
  async setKey({ model, key, keep }: SetKey): Promise<boolean> {
    const { url } = remoteOf(model, true);
    const { keys } = this.#to;
    if (key !== null) {
      const clean = key.trim();
      if (!/^[\x21-\x7e]+$/.test(clean)) throw new UsageError('a key is one word: paste it alone');
      await keys.keep(url, clean, keep);
    } else keys.forget(url);
    return this.#mark(url);
  }

  /** Says in the file where the key to a server is now; whether a model there is chosen. */
  #mark(url: URL): boolean {
    const next = this.#read();
    let used = false;
    for (const slot of ['primary', 'fallback'] as const) {
      const one = next[slot];
      if (!one || one.model === 'rules') continue;
      const model = remoteOf(one.model, true);
      if (model.url.origin !== url.origin) continue;
      const { key_file: _file, key_kept: _kept, ...rest } = one;
      next[slot] = { ...rest, ...this.#to.keys.mark(model.url) };
      if (this.#needs(next[slot], model, slot)) next[slot] = { ...rest, key_kept: 'nowhere' };
      used = true;
    }
    if (used) this.#write(next);
    return used;
  }

  /** Whether a model that had a key cannot do without one. */
  #needs(one: Entry, model: Remote, slot: 'primary' | 'fallback'): boolean {
    if (one.key_file !== undefined || one.key_kept !== undefined) return false;
    try {
      this.#find(one, model, slot === 'primary' ? 'model' : 'fallback');
      return false;
    } catch {
      return true;
    }
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
    return { model: name, ...this.#to.keys.mark(remoteOf(name, allowHttp).url) };
  }

  #standing(file: ModelsFile, slot: Slot): SettingsView[Slot] {
    const said = this.#to.flags[slot];
    const kept = file[SLOTS[slot]] ?? null;
    const from: SettingSource = said !== undefined ? 'command line' : kept ? 'settings' : 'default';
    const one: Entry | null = said === undefined || said === kept?.model ? kept : { model: said };
    if (!one) return { value: USUAL[slot], from, key: 'none', key_lost: null };
    return { value: one.model, from, ...this.#keyOf(one, slot) };
  }

  #keyOf(one: Entry, slot: Slot): Pick<SettingsView[Slot], 'key' | 'key_lost'> {
    if (one.key_file !== undefined) return { key: 'file', key_lost: null };
    const none = { key: 'none', key_lost: null } as const;
    if (one.model === 'rules' || one.model === 'none') return none;
    try {
      const { from, lost } = this.#find(one, remoteOf(one.model, one.allow_http === true), slot);
      if (from === 'kept') return { key: one.key_kept === 'session' ? 'session' : 'keyring', key_lost: null };
      return { key: from === 'environment' ? 'environment' : 'none', key_lost: lost };
    } catch {
      return none;
    }
  }

  /** The key to a model that has no file of its own for it. */
  #find({ key_kept }: Entry, model: Remote, slot: Slot): FoundKey {
    const { keys, env } = this.#to;
    const kept = key_kept === undefined ? null : keys.kept(key_kept, model.url);
    return findKey({ model, keyFile: null, kept, env, ownVariable: OWN_VARIABLE[slot] });
  }

  #read(): ModelsFile {
    const read = fileSchema.safeParse(readModelsFile(this.#file));
    if (read.success) return read.data;
    throw new UsageError(`${this.#file} is not what models.json should be: mend it, or move it away`);
  }

  #write(next: ModelsFile): void {
    const { flags, env, keys } = this.#to;
    modelSettingsOf(next, { flags, file: this.#file, env, kept: keys.kept });
    writePrivately(this.#file, next);
  }
}

function remoteOf(name: string, allowHttp: boolean): Remote {
  const model = readModelName(name, { allowHttp });
  if (model.is === 'rules') throw new UsageError('the built-in rules ask nobody and need no key');
  return model;
}
