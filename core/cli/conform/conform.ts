import { systemClock } from '../../kit/clock.ts';
import { UsageError } from '../../kit/errors.ts';
import { systemIds } from '../../kit/ids.ts';
import { bad, type Check, fine, notApplicable, type Verdict } from './check.ts';
import { comesBack, hello, silence, superseded, whyNotConnected } from './checks/connection.ts';
import { garbage, restart } from './checks/process.ts';
import { keeps, lateAck, letsGo, retries } from './checks/results.ts';
import { accepts, answers, beats, cancelled, doubled, marks } from './checks/work.ts';
import { ScriptedEngine } from './scripted-engine.ts';
import { Stage } from './stage.ts';

/** What the agent said in the whole run. */
const messages: Check = {
  name: 'messages',
  async play({ engine: { complaints } }) {
    return complaints.size === 0
      ? fine('all that it sends fits the schemas')
      : bad(`it sent what fits no schema: ${[...complaints].slice(0, 5).join('; ')}`);
  },
};

/** In this order: what a check leaves behind is no burden for the next. */
const CHECKS: readonly Check[] = [
  hello,
  accepts,
  answers,
  beats,
  marks,
  keeps,
  retries,
  letsGo,
  doubled,
  cancelled,
  lateAck,
  garbage,
  silence,
  comesBack,
  restart,
  messages,
  superseded,
];
/** These ask nothing of what the agent is able to do. */
const WITHOUT_TASK: readonly Check[] = [hello, silence, comesBack, messages, superseded];

export const CHECK_NAMES: readonly string[] = CHECKS.map(({ name }) => name);

export interface ConformOptions {
  /** The command that starts the agent under test. */
  command: string;
  /** Names of checks; all where there are none. */
  only: readonly string[];
  patienceMs: number;
  /** Told of each check as it is done. */
  onVerdict: (name: string, verdict: Verdict) => void;
}

async function play(check: Check, stage: Stage): Promise<Verdict> {
  const [type] = stage.taskTypes();
  if (!type && !WITHOUT_TASK.includes(check))
    return notApplicable('its capabilities allow neither trading_analysis nor trading_signal');
  const verdict = await check.play(stage, type ?? 'trading_analysis');
  if (verdict.is !== 'bad' || stage.ended === null || verdict.says.includes(stage.ended)) return verdict;
  return bad(`${verdict.says}; its process ended (${stage.ended})`);
}

/** Plays an engine that misbehaves to an agent, and says what is wrong with it; true where nothing is. */
export async function conform({ command, only, patienceMs, onVerdict }: ConformOptions): Promise<boolean> {
  const unknown = only.find((name) => !CHECK_NAMES.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`--only ${unknown} is no check: use some of ${CHECK_NAMES.join(', ')}, with commas between`);
  const clock = systemClock();
  const engine = new ScriptedEngine(clock, systemIds);
  await engine.open();
  const stage = new Stage({ engine, clock, command, patienceMs });
  const end = (): void => stage.close();
  process.once('exit', end);
  let good = true;
  try {
    for (const check of CHECKS.filter(({ name }) => only.length === 0 || only.includes(name))) {
      if (!(await stage.ready())) {
        onVerdict(check.name, bad(`${whyNotConnected(stage)}; nothing more can be checked`));
        return false;
      }
      const verdict = await play(check, stage);
      onVerdict(check.name, verdict);
      if (verdict.is !== 'bad') continue;
      good = false;
      // The next check starts with an agent that has nothing of this one in its hands.
      await stage.end();
    }
    return good;
  } finally {
    await stage.end();
    stage.close();
    process.off('exit', end);
  }
}
