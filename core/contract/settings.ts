import { z } from 'zod';

/** Who said how a setting stands; what is said on the command line goes before the rest. */
const source = z.enum(['command line', 'settings', 'default']);
export type SettingSource = z.output<typeof source>;
const text = z.string().max(2_000);
const days = z.number().int().min(1).max(36_500);

const chosenModelSchema = z.object({
  value: z.string(),
  from: source,
  /** Where its key is; it is never said. */
  key: z.enum(['kept', 'environment', 'none']),
});

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

/** The key to the server of a model; null takes it away. */
export const setKeySchema = z.object({ model: text.min(1), key: z.string().min(1).max(4_096).nullable() });
export type SetKey = z.output<typeof setKeySchema>;

/** The most bytes of a file of bars that is brought to the engine. */
export const IMPORT_MAX = 16 * 1024 * 1024;
