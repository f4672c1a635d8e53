import type { Binding } from '../gateway/door.ts';
import type { Ids } from '../kit/ids.ts';
import type { Limits } from '../orchestrator/limits.ts';
import type { Schedule } from '../scheduler/scheduler.ts';
import type { ModelFlags } from '../sovereign/model-settings.ts';
import type { RedisAddress } from '../stream/redis-address.ts';
import type { Doorway } from './doorway.ts';
import type { FeedOption } from './feed-option.ts';
import type { KeyVault } from './key-vault.ts';
import type { EngineLog } from './log.ts';
import type { ProgramKeys } from './model-keys-program.ts';

/** What the engine reads of its own; a bundle has them elsewhere. */
export interface EngineFiles {
  /** Folder of the built page. */
  page: string;
  /** Folder of the bundled series. */
  series: string;
  /** Where the store's writer thread starts. */
  writer: URL;
  /** Where the thread starts that checks the store and backs it up. */
  upkeep: URL;
}

/** The parts of an engine in the order in which they start. */
export type EnginePart = 'data folder' | 'gateway' | 'market data' | 'store' | 'agents';

export interface EngineOptions {
  /** Names this engine to whoever wants the same data folder: "Aurora (window)". */
  name: string;
  /** The data folder; one store per origin lies in it. */
  data: string;
  /** Where bars come from; left out, the settings of the data folder say it. */
  feed?: FeedOption | undefined;
  /** Whether the built-in analyst and validator are started. */
  agents: boolean;
  /** Which models these ask, where that is not for models.json to say. */
  models?: ModelFlags;
  /** The system's keyring for their keys, null where there is none; left out, keys lie in files of this user alone. */
  openVault?: () => Promise<KeyVault | null>;
  /** What is known of keys in memory; it outlives the engine where it is started again. */
  programKeys?: ProgramKeys;
  /** When analyses are made by themselves; left out, the settings of the data folder say it. */
  schedule?: Schedule | undefined;
  /** The only symbols that are analysed by themselves; null for all. */
  watched?: ReadonlySet<string> | null;
  /** Market seconds per wall second of a replay. */
  speed: number;
  /** A port by name, or null for the first free one. */
  port: number | null;
  /** Where it listens; on loopback, unencrypted, where it is left out. */
  binding?: Pick<Binding, 'host' | 'tls'>;
  /** Keeps its place where it is started again; left out, the place is free once it is closed. */
  doorway?: Doorway;
  /** Origins beside the engine's own that the page may come from: the window's. */
  origins?: readonly string[];
  /** How many viewers may watch at the same time; 64 where it is left out. */
  viewers?: number | undefined;
  /** How many days a result is kept, null for ever; left out, the settings of the data folder say it. */
  keepDays?: number | null | undefined;
  /** The Redis that results are copied to for gateways; null for none. */
  redis?: RedisAddress | null;
  /** Whether a window is to have an operator's token of its own. */
  window?: boolean;
  files: EngineFiles;
  version: string;
  log: EngineLog;
  ids?: Ids;
  limits?: Partial<Limits>;
  /** Where a test wants this process, or the store's writer, to end (kit/fault-points.ts). */
  killAt?: string | undefined;
  /** Told of each part as it starts, which waits for the answer; the address is known from the gateway on. */
  onPart?: (part: EnginePart, url: string | null) => void | Promise<void>;
}
