import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { SetKey, SettingSource, SettingsView } from '../contract/settings.ts';
import { UsageError } from '../kit/errors.ts';
import { type FoundKey, findKey, KEPT_BY, type LostKey, lostText } from '../sovereign/model-key.ts';
import { type NamedModel, readModelName } from '../sovereign/model-name.ts';
import { type ModelFlags, modelSettingsOf, readModelsFile } from '../sovereign/model-settings.ts';
import type { KeyMark, ModelKeys } from './model-keys.ts';
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
    const file = this.#read();
    return (['model', 'fallback'] as const).flatMap((slot) => {
      const { lost } = this.#keyOf(this.#inUse(file, slot), slot);
      return lost ? [lostText(lost)] : [];
    });
  }

  /** The servers of the models in use whose key is in the keyring. */
  inKeyring(): URL[] {
    const file = this.#read();
    return (['model', 'fallback'] as const).flatMap((slot) => {
      const one = this.#inUse(file, slot);
      return one?.key_kept === 'keyring' ? [remoteOf(one.model, true).url] : [];
    });
  }

  /**
   * Chooses models, null for the usual; throws UsageError where one could not be asked, and changes nothing then. Keys
   * to servers that are not chosen afterwards are forgotten.
   */
  choose(change: Partial<Record<Slot, string | null>>): void {
    try {
      this.#write(this.#changed(change));
    } finally {
      this.#forgetUnused();
    }
  }

  #changed(change: Partial<Record<Slot, string | null>>): ModelsFile {
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
    return next;
  }

  #forgetUnused(): void {
    const chosen = remotesIn(this.#read());
    this.#to.keys.forgetAllBut(
      chosen.map(({ model }) => model.url),
      chosen.flatMap(({ one }) => (one.key_file === undefined ? [] : [resolve(this.#to.data, one.key_file)])),
    );
  }

  /** Keeps the key to a model's server, or takes it away; whether this changes what is in use. Throws UsageError. */
  async setKey({ model, key, keep }: SetKey): Promise<boolean> {
    const { url } = remoteOf(model, true);
    const { keys } = this.#to;
    const record = (mark: KeyMark): boolean => this.#record(url, mark);
    if (key === null) return keys.forget(url, record);
    const clean = key.trim();
    if (!/^[\x21-\x7e]+$/.test(clean)) throw new UsageError('a key is one word: paste it alone');
    return keys.keep(url, clean, keep, record);
  }

  /** Says in the file where the key to a server is now; whether a model there is chosen. */
  #record(url: URL, mark: KeyMark): boolean {
    const next = this.#read();
    const there = remotesIn(next).filter(({ model }) => model.url.origin === url.origin);
    for (const { own, one, model } of there) {
      const { key_file: _file, key_kept: _kept, ...rest } = one;
      next[own] = { ...rest, ...mark };
      if (this.#needs(next[own], model, own)) next[own] = { ...rest, key_kept: 'nowhere' };
    }
    if (there.length > 0) this.#write(next);
    return there.length > 0;
  }

  /** Whether a model that had a key cannot do without one. */
  #needs(one: Entry, model: Remote, slot: 'primary' | 'fallback'): boolean {
    if (hasMark(one)) return false;
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
    else if (before?.model !== asked) file[own] = this.#entry(file, asked, before?.allow_http === true);
  }

  #entry(file: ModelsFile, name: string, allowHttp: boolean): Entry {
    if (name === 'rules') return { model: name };
    const { url } = remoteOf(name, allowHttp);
    // What the file says of this server's key goes before what lies about.
    const said = remotesIn(file).find(({ model, one }) => model.url.origin === url.origin && hasMark(one))?.one;
    if (!said) return { model: name, ...this.#to.keys.mark(url) };
    const { key_file, key_kept } = said;
    return {
      model: name,
      ...(key_file === undefined ? {} : { key_file }),
      ...(key_kept === undefined ? {} : { key_kept }),
    };
  }

  /** What is said of the model that a start asks; null for the usual one. */
  #inUse(file: ModelsFile, slot: Slot): Entry | null {
    const said = this.#to.flags[slot];
    const kept = file[SLOTS[slot]] ?? null;
    return said === undefined || said === kept?.model ? kept : { model: said };
  }

  #standing(file: ModelsFile, slot: Slot): SettingsView[Slot] {
    const one = this.#inUse(file, slot);
    const usual: SettingSource = file[SLOTS[slot]] ? 'settings' : 'default';
    const { key, lost } = this.#keyOf(one, slot);
    return {
      value: one?.model ?? USUAL[slot],
      from: this.#to.flags[slot] === undefined ? usual : 'command line',
      key,
      key_lost: lost?.why ?? null,
    };
  }

  #keyOf(one: Entry | null, slot: Slot): { key: SettingsView[Slot]['key']; lost: LostKey | null } {
    if (one === null || one.model === 'rules' || one.model === 'none') return { key: 'none', lost: null };
    try {
      const model = remoteOf(one.model, one.allow_http === true);
      // Where no agent of this engine asks, its key stays sealed.
      if (one.key_kept === 'keyring' && this.#to.keys.isUnasked(model.url)) return { key: 'keyring', lost: null };
      const { from, lost } = this.#find(one, model, slot);
      if (from === 'kept') return { key: one.key_kept === 'session' ? 'session' : 'keyring', lost: null };
      return { key: from ?? 'none', lost };
    } catch {
      return { key: one.key_file === undefined ? 'none' : 'file', lost: null };
    }
  }

  #find(entry: Entry, model: Remote, slot: Slot): FoundKey {
    const { data, keys, env } = this.#to;
    return findKey({ model, entry, folder: data, kept: keys.kept, env, ownVariable: OWN_VARIABLE[slot] });
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

const hasMark = ({ key_file, key_kept }: Entry): boolean => (key_file ?? key_kept) !== undefined;

/** The models of the file that lie on servers. */
function remotesIn(file: ModelsFile): { own: (typeof SLOTS)[Slot]; one: Entry; model: Remote }[] {
  return (['primary', 'fallback'] as const).flatMap((own) => {
    const one = file[own];
    return one && one.model !== 'rules' ? [{ own, one, model: remoteOf(one.model, true) }] : [];
  });
}

function remoteOf(name: string, allowHttp: boolean): Remote {
  const model = readModelName(name, { allowHttp });
  if (model.is === 'rules') throw new UsageError('the built-in rules ask nobody and need no key');
  return model;
}
