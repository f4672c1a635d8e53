import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { type BindingFlags, bindingOf, withBinding } from '../engine/binding.ts';
import { maxViewersOf, portOf, redisOf } from '../engine/settings.ts';
import type { Tokens } from '../gateway/access.ts';
import { UsageError } from '../kit/errors.ts';
import { systemIds } from '../kit/ids.ts';
import { whyUnread } from '../kit/why-unread.ts';

interface Flags extends BindingFlags {
  redis?: string;
  tokenFile: string;
  port?: string;
  maxViewers?: string;
}

const token = z.string().min(16).max(512);
const tokenFileSchema = z.object({ viewer: token, operator: token.optional(), agent: token.optional() });

/** The tokens of those who may watch, and of agents, who are told where the engine is; whoever has none there is nobody here. */
function readTokens(file: string): Tokens {
  const nobody = systemIds.token;
  try {
    const {
      viewer,
      operator = nobody(),
      agent = nobody(),
    } = tokenFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { viewer, operator, agent, window: null, agents: {} };
  } catch (cause) {
    const why = whyUnread(cause);
    throw new UsageError(`--token-file ${file} cannot be read (${why}): copy tokens.json of the engine's data folder`, {
      cause,
    });
  }
}

/** Reads what was asked for, then loads what only a gateway needs. */
async function run(flags: Flags): Promise<void> {
  const redis = redisOf(flags.redis, flags.withoutTls ?? false);
  if (redis === null) throw new UsageError('a gateway needs a Redis: name it with --redis or AURORA_REDIS');
  const tokens = readTokens(flags.tokenFile);
  const binding = { ...bindingOf(flags), port: portOf(flags.port) };
  const viewers = maxViewersOf(flags.maxViewers);
  const { runGateway } = await import('./gateway-process.ts');
  await runGateway({ redis, tokens, binding, viewers });
}

/** `aurora gateway`: page, sidebar and signals for viewers, from the copy that an engine keeps in Redis. */
export const gatewayCommand = (): Command => {
  const command = withBinding(new Command('gateway'))
    .description('show the signals of an engine that runs elsewhere with --redis; any number may stand side by side')
    .option('--redis <url>', 'the Redis of the engine (also: AURORA_REDIS in the environment)')
    .requiredOption('--token-file <file>', "the engine's tokens.json, or a copy with the viewer's token alone")
    .option('--port <port>', 'listen on this port (default: the first free one from 4470)')
    .option('--max-viewers <number>', 'how many viewers may watch at the same time (default: 64)');
  return command.action(() => run(command.opts<Flags>()));
};
