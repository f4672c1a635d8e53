import { resolve } from 'node:path';
import { Command } from 'commander';
import { defaultData, portOf, settingsOf, startCommand } from '../engine/settings.ts';
import { systemClock } from '../kit/clock.ts';
import { AuroraError } from '../kit/errors.ts';
import { redisAddress } from '../stream/redis-address.ts';
import { agentCommand } from './agent.ts';
import { backupCommand } from './backup.ts';
import { conformCommand } from './conform/command.ts';
import { examine, findingLine } from './doctor.ts';
import { electronBinary } from './electron-binary.ts';
import { exportCommand } from './export.ts';
import { followCommand } from './follow.ts';
import { gatewayCommand } from './gateway.ts';
import { VERSION } from './places.ts';
import { restoreCommand } from './restore.ts';
import { start } from './start.ts';
import { tokensCommand } from './tokens.ts';
import { verifyCommand } from './verify.ts';

const USAGE_EXIT = 2;

/** An unknown option or command ends in one line, like every other mistake. */
function tidy(command: Command): Command {
  return command
    .helpOption('--help', 'print this help')
    .configureOutput({
      outputError: (text, write) =>
        write(
          `aurora: ${text
            .replace(/^error: /, '')
            .trim()
            .replaceAll('\n', ' ')}: run npm start -- --help to see what there is\n`,
        ),
    })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE_EXIT));
}

const program = tidy(new Command('aurora'))
  .description('Signals of AI agents with honest confidence: every result stored before it is shown.')
  .version(VERSION, '--version', 'print the version');
const starting = tidy(startCommand()).version(VERSION, '--version', 'print the version');
program.addCommand(
  starting.action(() => start(settingsOf(starting))),
  { isDefault: true },
);
program.addCommand(
  tidy(new Command('doctor'))
    .description('look at everything that a start needs, and say what to do')
    .option('--data <folder>', 'where data lives', defaultData())
    .option('--port <port>', 'the port that you mean to use')
    .option('--redis <url>', 'ask this Redis too')
    .action(async ({ data, port, redis }: { data: string; port?: string; redis?: string }) => {
      const findings = await examine({
        data: resolve(data),
        port: portOf(port),
        redis: redis === undefined ? null : redisAddress(redis, true).url,
        electron: electronBinary(),
        clock: systemClock(),
      });
      for (const finding of findings) process.stdout.write(`${findingLine(finding)}\n`);
      if (findings.some(({ is }) => is === 'bad')) process.exitCode = 1;
    }),
);
program.addCommand(tidy(agentCommand()));
program.addCommand(tidy(conformCommand()));
program.addCommand(tidy(gatewayCommand()));
program.addCommand(tidy(followCommand()));
for (const command of [verifyCommand(), backupCommand(), restoreCommand(), exportCommand()])
  program.addCommand(tidy(command));
const tokens = tokensCommand();
program.addCommand(tidy(tokens));
for (const command of tokens.commands) tidy(command);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof AuroraError)) throw error;
  process.stderr.write(`aurora: ${error.message}\n`);
  process.exitCode = USAGE_EXIT;
}
