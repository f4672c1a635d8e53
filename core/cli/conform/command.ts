import { Command } from 'commander';
import { UsageError } from '../../kit/errors.ts';
import type { Verdict } from './check.ts';
import { CHECK_NAMES, conform } from './conform.ts';

interface Flags {
  agentCommand: string;
  only?: string;
  patience: string;
}

const MARKS = { ok: 'ok  ', bad: 'BAD ', 'not applicable': 'n/a ' } as const;
const WIDTH = Math.max(...CHECK_NAMES.map((name) => name.length));

const line = (name: string, { is, says }: Verdict): string => `${MARKS[is]}  ${name.padEnd(WIDTH)} ${says}\n`;

function patienceOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds > 0 && seconds <= 600))
    throw new UsageError(`--patience ${text} is not a number of seconds up to 600`);
  return seconds * 1_000;
}

/** `aurora conform`: whether an agent, in whatever language, keeps to the protocol when the engine does not. */
export const conformCommand = (): Command =>
  new Command('conform')
    .description('start an agent, kill, delay, double and garble its engine, and say what is wrong with the agent')
    .requiredOption(
      '--agent-command <command>',
      'starts the agent; it is told AURORA_URL, AURORA_TOKEN and AURORA_OPERATOR_TOKEN',
    )
    .option('--only <checks>', `some of: ${CHECK_NAMES.join(', ')}`)
    .option('--patience <seconds>', 'how long the agent may take to start, and for a task', '10')
    .action(async ({ agentCommand, only, patience }: Flags) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
      const good = await conform({
        command: agentCommand,
        only: (only ?? '')
          .split(',')
          .map((name) => name.trim())
          .filter(Boolean),
        patienceMs: patienceOf(patience),
        onVerdict: (name, verdict) => void process.stdout.write(line(name, verdict)),
      });
      process.stdout.write(
        good ? 'The agent keeps to the protocol.\n' : 'The agent does not keep to the protocol: see BAD above.\n',
      );
      if (!good) process.exitCode = 1;
    });
