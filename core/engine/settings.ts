import { homedir, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../kit/errors.ts';
import { barMs } from '../market/bar.ts';
import type { Schedule } from '../scheduler/scheduler.ts';
import type { ModelFlags } from '../sovereign/model-settings.ts';
import { type RedisAddress, redisAddress } from '../stream/redis-address.ts';
import { type BindingFlags, bindingOf, withBinding } from './binding.ts';
import { type FeedOption, parseFeed } from './feed-option.ts';
import type { EngineOptions } from './options.ts';

/** What a person may say at a start, as it came. */
interface StartFlags extends ModelFlags, BindingFlags {
  headless?: boolean;
  port?: string;
  data: string;
  feed?: string;
  agents?: string;
  speed: string;
  open: boolean;
  viewer?: boolean;
  maxViewers?: string;
  keepDays?: string;
  analyse?: string;
  watch?: string;
  redis?: string;
}

/** The same, read and checked. */
export interface StartSettings {
  headless: boolean;
  data: string;
  /** Where bars come from; undefined where nothing is said of it. */
  feed: FeedOption | undefined;
  agents: boolean;
  /** Which models these ask. */
  models: ModelFlags;
  /** A port by name, or null for the first free one. */
  port: number | null;
  /** Market seconds per wall second of a replay. */
  speed: number;
  /** Whether a browser may be opened. */
  open: boolean;
  /** Whether the printed address carries the viewer's token in place of the operator's. */
  viewer: boolean;
  /** How many viewers may watch at the same time; undefined for the usual number. */
  maxViewers: number | undefined;
  /** How many days a result is kept; undefined where nothing is said of it. */
  keepDays: number | undefined;
  /** Where it listens. */
  binding: ReturnType<typeof bindingOf>;
  /** The Redis that results are copied to; null for none. */
  redis: RedisAddress | null;
  /** When analyses are made by themselves; undefined where nothing is said of it. */
  schedule: Schedule | undefined;
  /** The only symbols that are analysed by themselves; null for all. */
  watched: ReadonlySet<string> | null;
}

/** Where this user's data lies unless told otherwise. */
export function defaultData(): string {
  if (process.env.AURORA_DATA) return process.env.AURORA_DATA;
  if (platform() === 'win32') return join(process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Aurora');
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Aurora');
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'aurora');
}

/** The options of a start, the same for the terminal and the window. */
export function startCommand(): Command {
  return withBinding(new Command('start'))
    .description('start the engine and serve the sidebar on loopback')
    .option('--headless', 'no window and no browser: the engine and its page only')
    .option('--port <port>', 'listen on this port (default: the first free one from 4470)')
    .option('--data <folder>', 'where data lives', defaultData())
    .option(
      '--feed <feed>',
      'csv:FILE[,FILE] replays your own bars, ccxt:EXCHANGE:SYMBOL@TIMEFRAME[,...] asks an exchange, replay has the built-in ones (the default), none waits for agents',
    )
    .option('--agents <agents>', 'none starts no built-in agents')
    .option('--model <model>', 'whom they ask: PRESET:MODEL, MODEL@ADDRESS or rules (docs/models.md; default: rules)')
    .option('--fallback <model>', 'whom they ask where that one fails: as --model, or none')
    .option(
      '--analyse <when>',
      'close: each bar as it closes (the default); a timeframe such as 15m: that often; asked: never by itself',
    )
    .option('--watch <symbols>', 'analyse only these by themselves: SYMBOL[,SYMBOL] (default: all that have bars)')
    .option('--speed <factor>', 'market seconds per second of a replay', '300')
    .option('--no-open', 'do not open the browser')
    .option('--viewer', "print the address with the viewer's token, which can only watch")
    .option('--max-viewers <number>', 'how many viewers may watch at the same time (default: 64)')
    .option('--keep-days <days>', 'remove results that are older; the newest of each symbol stays (default: keep all)')
    .option('--redis <url>', 'copy results to this Redis, for gateways (also: AURORA_REDIS in the environment)');
}

export function portOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (text.trim() === '' || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`--port ${text} is not a whole number from 1 to 65535`);
  return port;
}

export function maxViewersOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const viewers = Number(text);
  if (text.trim() === '' || !Number.isInteger(viewers) || viewers < 1 || viewers > 10_000)
    throw new UsageError(`--max-viewers ${text} is not a whole number from 1 to 10000`);
  return viewers;
}

function keepDaysOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const days = Number(text);
  if (text.trim() === '' || !Number.isInteger(days) || days < 1 || days > 36_500)
    throw new UsageError(`--keep-days ${text} is not a whole number of days from 1 to 36500`);
  return days;
}

/** A Redis that was named, by option or in the environment, where a password is seen by fewer. */
export function redisOf(text: string | undefined, withoutTls: boolean): RedisAddress | null {
  const named = text ?? process.env.AURORA_REDIS;
  return named ? redisAddress(named, withoutTls) : null;
}

const HOUR_MS = 3_600_000;

/** A schedule as `--analyse` says it. */
export function scheduleText(schedule: Schedule): string {
  if (schedule.is !== 'every') return schedule.is;
  return schedule.ms % HOUR_MS === 0 ? `${schedule.ms / HOUR_MS}h` : `${schedule.ms / 60_000}m`;
}

/** Reads `--analyse`; throws UsageError. */
export function readSchedule(text: string): Schedule {
  if (text === 'close' || text === 'asked') return { is: text };
  try {
    return { is: 'every', ms: barMs(text) };
  } catch {
    throw new UsageError(`--analyse ${text} is not known: use close, asked, or how often as a timeframe such as 15m`);
  }
}

function watchedOf(text: string | undefined): ReadonlySet<string> | null {
  if (text === undefined) return null;
  const symbols = text.split(',').flatMap((symbol) => symbol.trim() || []);
  if (symbols.length === 0) throw new UsageError('--watch names no symbol: write BTC/USDT,ETH/USDT');
  return new Set(symbols);
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (text.trim() === '' || !(speed > 0 && speed <= 1_000_000))
    throw new UsageError(`--speed ${text} is not a number above 0: market seconds per second, 300 is the default`);
  return speed;
}

function agentsOf(text: string | undefined): boolean {
  if (text === undefined) return true;
  if (text === 'none') return false;
  throw new UsageError(
    `--agents ${text} is not known: use none, or leave it out for the built-in analyst and validator`,
  );
}

/** Reads the options of a start; throws UsageError with what to write instead. */
export function settingsOf(command: Command): StartSettings {
  const flags = command.opts<StartFlags>();
  if (flags.data.trim() === '') throw new UsageError('--data is empty: name the folder where data is to live');
  return {
    headless: flags.headless ?? false,
    data: resolve(flags.data),
    feed: flags.feed === undefined ? undefined : parseFeed(flags.feed),
    agents: agentsOf(flags.agents),
    models: { model: flags.model, fallback: flags.fallback },
    port: portOf(flags.port),
    speed: speedOf(flags.speed),
    open: flags.open,
    viewer: flags.viewer ?? false,
    maxViewers: maxViewersOf(flags.maxViewers),
    keepDays: keepDaysOf(flags.keepDays),
    binding: bindingOf(flags),
    redis: redisOf(flags.redis, flags.withoutTls ?? false),
    schedule: flags.analyse === undefined ? undefined : readSchedule(flags.analyse),
    watched: watchedOf(flags.watch),
  };
}

/** The part of them that is for the engine. */
export function engineOptions({
  data,
  feed,
  agents,
  models,
  port,
  speed,
  maxViewers,
  keepDays,
  binding,
  redis,
  schedule,
  watched,
}: StartSettings): Omit<EngineOptions, 'name' | 'files' | 'version' | 'log'> {
  return {
    data,
    feed,
    agents,
    models,
    port,
    speed,
    viewers: maxViewers,
    keepDays,
    binding,
    redis,
    schedule,
    watched,
  };
}
