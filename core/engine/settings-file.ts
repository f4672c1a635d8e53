import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SettingSource } from '../contract/settings.ts';
import { messageOf, UsageError } from '../kit/errors.ts';
import type { Schedule } from '../scheduler/scheduler.ts';
import { type FeedOption, parseFeed } from './feed-option.ts';
import type { EngineOptions } from './options.ts';
import { writePrivately } from './private-file.ts';
import { readSchedule } from './settings.ts';

const settingsSchema = z.object({
  feed: z.string().optional(),
  analyse: z.string().optional(),
  keep_days: z.number().int().min(1).max(36_500).optional(),
});
/** What the user has set on the page; what is left out is as it always is. */
export type KeptSettings = z.output<typeof settingsSchema>;

const fileOf = (data: string): string => join(data, 'settings.json');

/** DATA/settings.json; throws UsageError where it is there and cannot be read. */
export function readKeptSettings(data: string): KeptSettings {
  const file = fileOf(data);
  if (!existsSync(file)) return {};
  try {
    return settingsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll(/\s+/g, ' ') : messageOf(cause);
    throw new UsageError(`${file} cannot be read (${why}): mend it, or move it away`, { cause });
  }
}

export const keepSettings = (data: string, settings: KeptSettings): void => writePrivately(fileOf(data), settings);

export interface Chosen<T> {
  value: T;
  from: SettingSource;
}

/** What is in force of all that may be set on the page. */
export interface ChosenSettings {
  feed: Chosen<FeedOption>;
  schedule: Chosen<Schedule>;
  keepDays: Chosen<number | null>;
}

function choose<T>(said: T | undefined, kept: T | undefined, usual: T): Chosen<T> {
  if (said !== undefined) return { value: said, from: 'command line' };
  return kept === undefined ? { value: usual, from: 'default' } : { value: kept, from: 'settings' };
}

/** The command line goes before the kept settings, these before what is usual. Throws UsageError. */
export function chosenSettings(
  said: Pick<EngineOptions, 'feed' | 'schedule' | 'keepDays'>,
  { feed, analyse, keep_days }: KeptSettings,
): ChosenSettings {
  return {
    feed: choose(said.feed, feed === undefined ? undefined : parseFeed(feed), { is: 'bundled' }),
    schedule: choose(said.schedule, analyse === undefined ? undefined : readSchedule(analyse), { is: 'close' }),
    keepDays: choose(said.keepDays, keep_days, null),
  };
}
