import { z } from 'zod';

/** Who said how a setting stands; what is said on the command line goes before the rest. */
const source = z.enum(['command line', 'settings', 'default']);
export type SettingSource = z.output<typeof source>;
const text = z.string().max(2_000);
const days = z.number().int().min(1).max(36_500);

/** Where Aurora keeps a key: sealed by the system's keyring, in a file of this user alone, or in memory until it ends. */
const keyPlace = z.enum(['keyring', 'file', 'session']);
export type KeyPlace = z.output<typeof keyPlace>;

const chosenModelSchema = z.object({
  value: z.string(),
  from: source,
  /** Where its key is; it is never said. */
  key: z.enum([...keyPlace.options, 'environment', 'none']),
  /** Why the key that it had is not there any more and has to be given again; null where it is, or none is needed. */
  key_lost: z.string().nullable(),
});

/** Where a key that is set can be kept, and what there is to know about that. */
const keyPlacesSchema = z.object({
  can: z.array(keyPlace),
  /** Where it is kept if nothing is said; null where that has to be said. */
  usual: keyPlace.nullable(),
  note: z.string().nullable(),
});
export type KeyPlaces = z.output<typeof keyPlacesSchema>;

/** How the engine is set, without anything secret. */
const settingsViewSchema = z.object({
  /** As `--feed` says it. */
  feed: z.object({ value: z.string(), from: source }),
  /** As `--analyse` says it. */
  analyse: z.object({ value: z.string(), from: source }),
  /** Null for ever. */
  keep_days: z.object({ value: days.nullable(), from: source }),
  model: chosenModelSchema,
  fallback: chosenModelSchema,
  key_places: keyPlacesSchema,
  /** Folders on the engine's machine. */
  data: z.string(),
  logs: z.string(),
  version: z.string(),
});
export type SettingsView = z.output<typeof settingsViewSchema>;

/** GET /api/settings: whether the one who asks may change them, too. */
export const shownSettingsSchema = z.object({ settings: settingsViewSchema, may_change: z.boolean() });
export type ShownSettings = z.output<typeof shownSettingsSchema>;

/** What an operator changes; null goes back to the default. */
export const settingsChangeSchema = z
  .strictObject({
    feed: text.nullable(),
    analyse: text.nullable(),
    keep_days: days.nullable(),
    model: text.nullable(),
    fallback: text.nullable(),
  })
  .partial();
export type SettingsChange = z.output<typeof settingsChangeSchema>;

/** The key to the server of a model, and where to keep it; null takes it away from wherever it is kept. */
export const setKeySchema = z.object({
  model: text.min(1),
  key: z.string().min(1).max(4_096).nullable(),
  keep: keyPlace.optional(),
});
export type SetKey = z.output<typeof setKeySchema>;

/** The most bytes of a file of bars that is brought to the engine. */
export const IMPORT_MAX = 16 * 1024 * 1024;
