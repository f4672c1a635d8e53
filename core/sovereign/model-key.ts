import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf, UsageError } from '../kit/errors.ts';
import type { NamedModel } from './model-name.ts';

/** How Aurora keeps a key itself, as models.json says it; `nowhere` once it was taken from a model that needs one. */
export const KEPT_BY = ['keyring', 'session', 'nowhere'] as const;
export type KeptBy = (typeof KEPT_BY)[number];

/** A key that Aurora keeps itself, or what became of it: the end of a sentence about the key. */
export type KeptKey = { key: string } | { key: null; why: string };

export interface KeyOptions {
  model: Extract<NamedModel, { is: 'remote' }>;
  /** What models.json says of its key; a file is named from its folder, and holds the key alone. */
  entry: { key_file?: string | undefined; key_kept?: KeptBy | undefined };
  folder: string;
  kept: (by: KeptBy, server: URL) => KeptKey;
  env: Readonly<Record<string, string | undefined>>;
  /** The environment variable for a server of no known name. */
  ownVariable: string;
}

/** A key that is to be given again: why, and how. */
export interface LostKey {
  why: string;
  remedy: string;
}

/** The key to a model's server, and what to say where it is not taken. */
export interface FoundKey {
  key: string | null;
  from: 'file' | 'kept' | 'environment' | null;
  hint: string;
  /** Why the model is not to be asked; null where it may be. */
  lost: LostKey | null;
}

/** Where Aurora keeps keys in the folder of models.json. */
export const keysFolder = (folder: string): string => join(folder, 'keys');

/** A server as the name of the file that its key is kept in. */
export const serverName = ({ protocol, host }: URL): string =>
  `${protocol.slice(0, -1)}-${host}`.replace(/[^\w.-]/g, '_');

/** Others than its user must not be able to read it; Windows has no such mode. */
const OPEN_TO_OTHERS = 0o077;

function fromFile(file: string): string {
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & OPEN_TO_OTHERS) !== 0)
      throw new UsageError(`the key file ${file} can be read by others: chmod 600 ${file}`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`the key file ${file} cannot be read (${messageOf(error)})`, { cause: error });
  }
}

/** What goes into a header as it is; what was pasted with more is not said again. */
function clean(text: string, from: string): string {
  const key = text.trim();
  if (/^[\x21-\x7e]{1,4096}$/.test(key)) return key;
  throw new UsageError(`the key in ${from} is empty or has spaces or lines in it: put the key there alone`);
}

/** What a file of this user alone holds, as it goes into a header; throws UsageError. */
export const readKeyFile = (file: string): string => clean(fromFile(file), file);

const GONE: KeptKey = { key: null, why: 'is not in the data folder any more' };

/**
 * Keys come from a file of the user's own, from Aurora's keeping or the environment, never from a command line or
 * a settings file. The usual variable of a service is read for its own address alone. Throws UsageError where a
 * key is needed and there never was one.
 */
export function findKey({ model, entry, folder, kept: keptBy, env, ownVariable }: KeyOptions): FoundKey {
  const file = entry.key_file === undefined ? null : resolve(folder, entry.key_file);
  const isOwn = file === resolve(keysFolder(folder), serverName(model.url));
  if (file !== null && (!isOwn || existsSync(file)))
    return { key: readKeyFile(file), from: 'file', hint: `look at ${file}`, lost: null };
  const stored = entry.key_kept === undefined ? null : keptBy(entry.key_kept, model.url);
  const kept = file === null ? stored : GONE;
  if (kept && kept.key !== null) return { key: kept.key, from: 'kept', hint: 'give another in Settings', lost: null };
  const variable = (model.atHome ? model.preset.keyFrom : null) ?? ownVariable;
  const said = env[variable];
  if (said !== undefined && said.trim() !== '')
    return { key: clean(said, variable), from: 'environment', hint: `look at ${variable}`, lost: null };
  const hint = `set ${variable}, or name a key_file for it in models.json`;
  const none = { key: null, from: null, hint };
  if (kept) {
    const remedy = `give it again in Settings, or set ${variable}`;
    return { ...none, lost: { why: `The key to ${model.name} ${kept.why}`, remedy } };
  }
  if (model.atHome && !model.preset.local) throw new UsageError(`${model.name} needs a key: ${hint}`);
  return { ...none, lost: null };
}

/** A lost key in one sentence. */
export const lostText = ({ why, remedy }: LostKey): string => `${why}: ${remedy}`;
