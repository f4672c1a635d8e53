import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../kit/errors.ts';
import { whyUnread } from '../kit/why-unread.ts';
import type { BudgetLimits } from './budget.ts';
import type { ChatServer } from './chat-client.ts';
import { PROMPT_TOKENS_MIN } from './model.ts';
import { type FoundKey, findKey, KEPT_BY, type KeptBy, type KeptKey, lostText } from './model-key.ts';
import { type NamedModel, readModelName } from './model-name.ts';
import type { Price } from './remote-model.ts';

/** A model on a server, and all that is needed to ask it. */
export interface RemoteSettings {
  server: ChatServer;
  /** Why it is not to be asked; null where it may be. */
  keyLost: string | null;
  contextTokens: number;
  outputTokens: number;
  price: Price | null;
  local: boolean;
}

/** Durations in ms. */
interface Timeouts {
  primary: number;
  total: number;
  idle: number;
  circuit: number;
}

export interface ModelSettings {
  /** Null for the built-in rules. */
  primary: RemoteSettings | null;
  fallback: RemoteSettings | 'rules' | null;
  /** Whether the validator asks the models too, or keeps to the rule. */
  validator: 'model' | 'rules';
  limits: BudgetLimits;
  atCap: 'stop' | 'fallback';
  timeouts: Timeouts;
  /** How many questions are asked at once. */
  concurrency: number;
  /** What no log may hold. */
  secrets: string[];
}

/** What is said of models on a command line; it goes before the settings file. */
export interface ModelFlags {
  model?: string | undefined;
  fallback?: string | undefined;
}

export interface ModelSettingsSource {
  flags: ModelFlags;
  /** The settings file, which need not be there. */
  file: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The key to a server that Aurora keeps itself; left out where this program reaches none. */
  kept?: (by: KeptBy, server: URL) => KeptKey;
}

const HOSTED_CONTEXT = 32_000;
const LOCAL_CONTEXT = 4_096;
const OVERHEAD = 400;
const HOSTED_AT_ONCE = 4;

const count = (min: number, max: number) => z.number().int().min(min).max(max);
const modelSchema = z.strictObject({
  model: z.string().min(1),
  key_file: z.string().min(1).optional(),
  key_kept: z.enum(KEPT_BY).optional(),
  context_tokens: count(4_096, 10_000_000).optional(),
  output_tokens: count(256, 100_000).optional(),
  structured: z.enum(['json_schema', 'json_object', 'none']).optional(),
  allow_http: z.boolean().optional(),
});
type ModelEntry = z.output<typeof modelSchema>;
const entrySchema = z.preprocess((said) => (typeof said === 'string' ? { model: said } : said), modelSchema);
const dollars = z.number().min(0);
const limit = (unit: z.ZodNumber) => unit.positive().nullish().default(null);
const ms = (max: number, usual: number) => count(50, max).default(usual);
const fileSchema = z.strictObject({
  primary: entrySchema.optional(),
  fallback: entrySchema.nullish(),
  validator: z.enum(['model', 'rules']).default('model'),
  prices: z.record(z.string(), z.strictObject({ input: dollars, output: dollars })).default({}),
  budget: z
    .strictObject({
      usd_per_hour: limit(z.number()),
      usd_per_day: limit(z.number()),
      tokens_per_hour: limit(z.number()),
      tokens_per_day: limit(z.number()),
      at_cap: z.enum(['stop', 'fallback']).default('stop'),
    })
    .prefault({}),
  // Below what the engine gives one attempt.
  timeouts_ms: z
    .strictObject({
      primary: ms(150_000, 30_000),
      total: ms(150_000, 60_000),
      idle: ms(150_000, 10_000),
      circuit: ms(3_600_000, 30_000),
    })
    .prefault({}),
  concurrency: count(1, 64).optional(),
});
type Said = z.output<typeof fileSchema>;

/** What the settings file holds; an empty object where there is none. Throws UsageError. */
export function readModelsFile(file: string): unknown {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${whyUnread(error)}): mend it, or move it away`, { cause: error });
  }
}

function saidIn(json: unknown, file: string): Said {
  const read = fileSchema.safeParse(json);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const where = issue?.path.join('.');
  const key = issue?.code === 'unrecognized_keys' && issue.keys.some((name) => /key|token|secret/i.test(name));
  const hint = key ? ': a key stands in an environment variable or a key_file, never here' : '';
  throw new UsageError(`${file}: ${where ? `${where}: ` : ''}${issue?.message}${hint}`);
}

/** A flag that names the file's model keeps what the file says of it. */
const chosen = (flag: string | undefined, entry: ModelEntry | null | undefined): ModelEntry | null =>
  flag === undefined ? (entry ?? null) : entry?.model === flag ? entry : { model: flag };

/** Reads which models are to be asked, and how; throws UsageError with what to write instead. */
export const readModelSettings = (source: ModelSettingsSource): ModelSettings =>
  modelSettingsOf(readModelsFile(source.file), source);

const elsewhere = (): KeptKey => ({ key: null, why: 'is kept where only Aurora itself reaches it' });

/** The same of what the file is to hold. */
export function modelSettingsOf(
  json: unknown,
  { flags, file, env, kept = elsewhere }: ModelSettingsSource,
): ModelSettings {
  const said = saidIn(json, file);
  const secrets: string[] = [];
  const read = (entry: ModelEntry | null, ownVariable: string): RemoteSettings | 'rules' | null => {
    if (!entry) return null;
    const model = readModelName(entry.model, { allowHttp: entry.allow_http ?? false });
    if (model.is === 'rules') return 'rules';
    const found = findKey({ model, entry, folder: dirname(file), kept, env, ownVariable });
    if (found.key !== null) secrets.push(found.key);
    return remote(model, entry, found, said);
  };
  const primary = read(chosen(flags.model, said.primary), 'AURORA_MODEL_KEY');
  const fallback =
    flags.fallback === 'none' ? null : read(chosen(flags.fallback, said.fallback), 'AURORA_FALLBACK_KEY');
  if (fallback && (primary === null || primary === 'rules'))
    throw new UsageError('a fallback needs a model before it: name one with --model, or as primary in models.json');
  const { at_cap, ...limits } = said.budget;
  const { timeouts_ms: timeouts } = said;
  if (timeouts.primary > timeouts.total)
    throw new UsageError(`${file}: timeouts_ms.primary is longer than timeouts_ms.total`);
  const asked = [primary, fallback].filter((one): one is RemoteSettings => one !== null && one !== 'rules');
  refuseUnpriced(asked, limits, file);
  return {
    primary: primary === 'rules' ? null : primary,
    fallback,
    validator: said.validator,
    limits,
    atCap: at_cap,
    timeouts,
    concurrency: said.concurrency ?? (asked.length > 0 && asked.every(({ local }) => !local) ? HOSTED_AT_ONCE : 1),
    secrets,
  };
}

function remote(
  { name, model, url, preset, atHome }: Extract<NamedModel, { is: 'remote' }>,
  entry: ModelEntry,
  { key, hint, lost }: FoundKey,
  { prices }: Said,
): RemoteSettings {
  const contextTokens = entry.context_tokens ?? (preset.local ? LOCAL_CONTEXT : HOSTED_CONTEXT);
  const outputTokens = entry.output_tokens ?? Math.min(4_000, Math.floor(contextTokens / 6));
  if (contextTokens - outputTokens < PROMPT_TOKENS_MIN + OVERHEAD)
    throw new UsageError(
      `${name}: its context_tokens (${contextTokens}) leave no room for a question beside output_tokens (${outputTokens})`,
    );
  // What runs at home is free, but some local servers pass on to paid ones.
  const free = preset.local && atHome && !/[-:]cloud$/.test(model);
  return {
    server: {
      name,
      model,
      url,
      key,
      keyHint: hint,
      structured: entry.structured ?? preset.structured,
      tokenLimit: preset.tokenLimit,
      askUsage: preset.askUsage,
    },
    keyLost: lost && lostText(lost),
    contextTokens,
    outputTokens,
    price: prices[name] ?? (free ? { input: 0, output: 0 } : null),
    local: preset.local,
  };
}

/** Money cannot be counted where a price is not known, and none is made up. */
function refuseUnpriced(models: readonly RemoteSettings[], limits: BudgetLimits, file: string): void {
  if (limits.usd_per_hour === null && limits.usd_per_day === null) return;
  const unpriced = models.find(({ price }) => price === null);
  if (unpriced)
    throw new UsageError(
      `${file}: a budget in USD needs the price of ${unpriced.server.name}: add "${unpriced.server.name}": {"input": USD, "output": USD} (for a million tokens) to prices, or give a budget in tokens`,
    );
}
