import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { rotateTokens } from '../engine/tokens.ts';
import { AuroraError } from '../kit/errors.ts';
import { systemIds } from '../kit/ids.ts';
import { defaultData, type StartFlags, start } from './start.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('aurora')
  .description('Signals of AI agents with honest confidence: every result stored before it is shown.')
  .version(version, '--version', 'print the version')
  .helpOption('--help', 'print this help');
program
  .command('start', { isDefault: true })
  .description('start the engine and serve the sidebar on loopback')
  .option('--headless', 'no window and no browser: the engine and its page only')
  .option('--port <port>', 'listen on this port (default: the first free one from 4470)')
  .option('--data <folder>', 'where data lives', defaultData())
  .option(
    '--feed <feed>',
    'csv:FILE[,FILE] replays your own bars; none waits for foreign agents (default: the built-in replay)',
  )
  .option('--agents <agents>', 'none starts no built-in agents')
  .option('--speed <factor>', 'market seconds per second of a replay', '300')
  .option('--no-open', 'do not open the browser')
  .option('--viewer', "print the address with the viewer's token, which can only watch")
  .option('--version', 'print the version')
  .action(async (flags: StartFlags & { version?: boolean }) => {
    if (flags.version) process.stdout.write(`${version}\n`);
    else await start(flags, version);
  });
program
  .command('tokens')
  .description("the data folder's tokens")
  .command('rotate')
  .description('make new agent, viewer and operator tokens; a running engine takes them at its next start')
  .option('--data <folder>', 'where data lives', defaultData())
  .action(({ data }: { data: string }) => {
    rotateTokens(data, systemIds);
    process.stdout.write(`New tokens are in ${data}/tokens.json; restart Aurora and reconnect agents and pages.\n`);
  });

try {
  await program.parseAsync();
  process.exitCode ??= 0;
} catch (error) {
  if (!(error instanceof AuroraError)) throw error;
  process.stderr.write(`aurora: ${error.message}\n`);
  process.exitCode = 2;
}
