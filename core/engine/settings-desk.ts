import { join } from 'node:path';
import type { Reply } from '../contract/messages.ts';
import type { SetKey, SettingsChange, SettingsView } from '../contract/settings.ts';
import { UsageError } from '../kit/errors.ts';
import { openCcxt } from '../market/ccxt-exchange.ts';
import { type FeedOption, feedText, parseFeed } from './feed-option.ts';
import { importBars, isImported } from './imports.ts';
import type { ModelsDesk } from './models-desk.ts';
import type { EngineOptions } from './options.ts';
import { readSchedule, scheduleText } from './settings.ts';
import { chosenSettings, type KeptSettings, keepSettings, readKeptSettings } from './settings-file.ts';

export interface SettingsDeskOptions {
  said: Pick<EngineOptions, 'data' | 'version' | 'feed' | 'schedule' | 'keepDays'>;
  models: ModelsDesk;
  /** Has the engine started again with what is set now; false where nobody can. */
  restart: (why: string) => boolean;
}

const FLAG = { feed: '--feed', analyse: '--analyse', keep_days: '--keep-days' } as const;
const SAID = { feed: 'feed', analyse: 'schedule', keep_days: 'keepDays' } as const;
type Kept = keyof typeof FLAG;

/** The settings as the page reads and changes them. Its methods throw UsageError where something cannot be so. */
export class SettingsDesk {
  readonly #to: SettingsDeskOptions;

  constructor(options: SettingsDeskOptions) {
    this.#to = options;
  }

  view(): SettingsView {
    const { said, models } = this.#to;
    const { feed, schedule, keepDays } = chosenSettings(said, readKeptSettings(said.data));
    return {
      feed: { value: feedText(feed.value), from: feed.from },
      analyse: { value: scheduleText(schedule.value), from: schedule.from },
      keep_days: keepDays,
      ...models.view(),
      data: said.data,
      logs: join(said.data, 'logs'),
      version: said.version,
    };
  }

  /** Takes all of a change or nothing of it, and then has the engine start again. */
  async change({ model, fallback, ...change }: SettingsChange): Promise<Reply> {
    const { said, models } = this.#to;
    const kept: KeptSettings = readKeptSettings(said.data);
    const asked = (['feed', 'analyse', 'keep_days'] as const).filter((name) => change[name] !== undefined);
    for (const name of asked) {
      this.#refuseSaid(name);
      delete kept[name];
    }
    Object.assign(
      kept,
      Object.fromEntries(asked.flatMap((name) => (change[name] === null ? [] : [[name, change[name]]]))),
    );
    if (kept.analyse !== undefined) readSchedule(kept.analyse);
    if (typeof change.feed === 'string') await this.#assertFeed(parseFeed(change.feed));
    const chooses = model !== undefined || fallback !== undefined;
    if (chooses)
      models.choose({ ...(model === undefined ? {} : { model }), ...(fallback === undefined ? {} : { fallback }) });
    if (asked.length > 0) keepSettings(said.data, kept);
    if (asked.length === 0 && !chooses) return { ok: true, settings: this.view(), restarts: false };
    return { ok: true, settings: this.view(), restarts: this.#to.restart('its settings were changed') };
  }

  async setKey(asked: SetKey): Promise<Reply> {
    const used = await this.#to.models.setKey(asked);
    return { ok: true, restarts: used && this.#to.restart('a key was set') };
  }

  /** Keeps a file of bars and replays it from now on. */
  importBars(name: string, text: string): Reply {
    this.#refuseSaid('feed');
    const { said, restart } = this.#to;
    const { file, series } = importBars(said.data, name, text);
    keepSettings(said.data, { ...readKeptSettings(said.data), feed: `csv:${file}` });
    const { symbol, timeframe, bars } = series;
    return { ok: true, symbol, timeframe, bars: bars.length, restarts: restart('bars were imported') };
  }

  #refuseSaid(name: Kept): void {
    if (this.#to.said[SAID[name]] !== undefined)
      throw new UsageError(`${FLAG[name]} is said on the command line, which goes first: start Aurora without it`);
  }

  async #assertFeed(feed: FeedOption): Promise<void> {
    if (feed.is === 'ccxt') await openCcxt(feed.exchange);
    if (feed.is === 'csv' && !feed.files.every((file) => isImported(this.#to.said.data, file)))
      throw new UsageError('a file of bars is imported, so that it lies in the data folder: choose it there');
  }
}
