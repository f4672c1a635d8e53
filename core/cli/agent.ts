import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { startTradingAgent, TRADING_AGENTS, type TradingAgentType } from '../agents/trading-agent.ts';
import { prepareDataFolder } from '../engine/data-folder.ts';
import { openLog } from '../engine/log.ts';
import { defaultData } from '../engine/settings.ts';
import { systemClock } from '../kit/clock.ts';
import { UsageError } from '../kit/errors.ts';
import { systemIds } from '../kit/ids.ts';
import { parseUrl } from '../kit/parse-url.ts';
import { whyUnread } from '../kit/why-unread.ts';
import { readKeyFile } from '../sovereign/model-key.ts';
import { type ModelFlags, readModelSettings } from '../sovereign/model-settings.ts';
import { openModels } from '../sovereign/models.ts';
import { stayAwake, untilAskedToStop } from './process-life.ts';

interface Flags extends ModelFlags {
  type: TradingAgentType;
  data: string;
  url?: string;
  token?: string;
  tokenFile?: string;
  name?: string;
}

const NAME = /^[\w.:@-]{1,64}$/;
const endpointSchema = z.object({ url: z.string() });
const tokensSchema = z.object({ agent: z.string() });

function readJson<T>(file: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read (${whyUnread(error)}): start the engine of this folder, or give --url`,
      {
        cause: error,
      },
    );
  }
}

function urlOf({ url, data }: Flags): string {
  if (url === undefined) return readJson(join(data, 'endpoint.json'), endpointSchema).url;
  const given = parseUrl(url);
  if (!given || !/^https?:$/.test(given.protocol)) throw new UsageError('--url is no address: write https://HOST:PORT');
  if (given.username || given.password)
    throw new UsageError('--url has a password in it: the agent needs --token-file instead');
  if (given.protocol === 'http:' && !/^(localhost|\[::1\]|127(\.\d+){3})$/.test(given.hostname))
    throw new UsageError(
      `--url ${given.origin} would carry the token without encryption: use https, or a tunnel to 127.0.0.1 (ssh -L)`,
    );
  return given.origin;
}

function tokenOf({ token, tokenFile, url, data }: Flags): string {
  if (token !== undefined && tokenFile !== undefined)
    throw new UsageError('--token and --token-file are two tokens: give one');
  if (token !== undefined) return token;
  if (tokenFile !== undefined) return readKeyFile(resolve(tokenFile));
  if (process.env.AURORA_TOKEN) return process.env.AURORA_TOKEN;
  if (url === undefined) return readJson(join(data, 'tokens.json'), tokensSchema).agent;
  throw new UsageError('an agent needs its token: name a file with --token-file, or set AURORA_TOKEN, or give --token');
}

function nameOf({ name, type }: Flags): string {
  const chosen = name ?? `${type}@${hostname().replace(/[^\w.-]/g, '-')}`.slice(0, 64);
  if (NAME.test(chosen)) return chosen;
  throw new UsageError(`--name ${chosen} is no name for an agent: use 1 to 64 letters, digits or . : @ _ -`);
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs one trading agent until somebody ends it, or the engine wants it no more. */
async function runAgent(given: Flags): Promise<void> {
  const flags = { ...given, data: resolve(given.data) };
  const agentId = nameOf(flags);
  const [url, token] = [urlOf(flags), tokenOf(flags)];
  const settings = readModelSettings({ flags, file: join(flags.data, 'models.json'), env: process.env });
  // What the agent keeps is apart from what an engine of this folder keeps.
  const own = join(flags.data, 'agents', agentId.replace(/[^\w.-]/g, '_'));
  prepareDataFolder(own);
  const log = await openLog(own);
  for (const secret of [token, ...settings.secrets]) log.hide(secret);
  const kit = { clock: systemClock(), ids: systemIds, log };
  const models = openModels({ settings, spentFile: join(own, 'models-used.json'), ...kit });
  const asked = untilAskedToStop();
  const sleep = stayAwake();
  const { type } = flags;
  const ended = new Promise<string>((resolve) => {
    const agent = startTradingAgent({
      type,
      models,
      url,
      token,
      agentId,
      outbox: join(own, 'outbox'),
      ...kit,
      onSuperseded: () => resolve('another process has taken over under this name'),
      onRefused: (why) => resolve(`the engine does not take it: ${why}`),
    });
    void asked.then(() => {
      agent.close();
      resolve('');
    });
  });
  say(`Aurora ${type} ${agentId} for ${url}, asking ${models[type].state().model}`);
  say(`Data   ${own}`);
  const why = await ended;
  models.close();
  log.close();
  sleep();
  if (process.connected) process.disconnect();
  if (why !== '') throw new UsageError(`the agent ${agentId} has ended: ${why}`);
}

/** `aurora agent`: an analyst or a validator as a process of its own, on this machine or another. */
export const agentCommand = (): Command => {
  const command = new Command('agent')
    .description('run an analyst or a validator for an engine, here or elsewhere')
    .addOption(new Option('--type <type>', 'what it does').choices(TRADING_AGENTS).makeOptionMandatory())
    .option('--url <url>', 'the engine’s address (default: that of the engine of --data)')
    .option(
      '--token-file <file>',
      'holds the agent token alone, mode 600 (default: AURORA_TOKEN, or tokens.json of --data)',
    )
    .option('--token <token>', 'the token itself, which others on this machine can then read: better a file')
    .option('--name <name>', 'its agent_id (default: the type and this machine’s name)')
    .option('--model <model>', 'whom it asks: PRESET:MODEL, MODEL@ADDRESS or rules (docs/models.md; default: rules)')
    .option('--fallback <model>', 'whom it asks where that one fails: as --model, or none')
    .option(
      '--data <folder>',
      'models.json is read here, and what the agent keeps lies here under agents/NAME',
      defaultData(),
    );
  return command.action(() => runAgent(command.opts<Flags>()));
};
