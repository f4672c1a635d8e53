import { Command } from 'commander';
import { redisOf } from '../engine/settings.ts';
import { UsageError } from '../kit/errors.ts';

interface Flags {
  redis?: string;
  withoutTls?: boolean;
  group: string;
}

async function run({ redis, withoutTls = false, group }: Flags): Promise<void> {
  const address = redisOf(redis, withoutTls);
  if (address === null) throw new UsageError('there is no Redis to follow: name it with --redis or AURORA_REDIS');
  if (!/^[\w.:-]{1,64}$/.test(group)) throw new UsageError('--group is 1 to 64 letters, digits or . : _ -');
  const { follow } = await import('./follow-process.ts');
  await follow(address, group);
}

/** `aurora follow`: each stored result as a line, shared out among all who follow as one group. */
export const followCommand = (): Command => {
  const command = new Command('follow')
    .description('print each result that an engine with --redis stores, as a line of JSON')
    .option('--redis <url>', 'the Redis of the engine (also: AURORA_REDIS in the environment)')
    .option('--without-tls', 'ask a Redis on another machine unencrypted')
    .option('--group <name>', 'whose place in the stream is kept: those who share one share the work', 'aurora_bridge');
  return command.action(() => run(command.opts<Flags>()));
};
