import fc from 'fast-check';
import { messageOf } from '../kit/errors.ts';
import { commandsOf, type SimCommand } from './commands.ts';
import { Labels } from './labels.ts';
import { World } from './world.ts';

export interface Failure {
  seed: number;
  message: string;
  /** The commands of the run that failed, and the fewest of them that still fail. */
  commands: readonly SimCommand[];
}

const SHRINK_MS = 90_000;

/** Plays commands in the world of a seed; throws an InvariantError. Resolves with a hash of what happened. */
async function play(seed: number, commands: readonly SimCommand[], labels: Labels): Promise<number> {
  const world = new World(seed, labels);
  await fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
  await world.settle();
  return world.traceHash;
}

export async function runSeed(seed: number, steps: number, labels: Labels): Promise<Failure | null> {
  const commands = commandsOf(seed, steps);
  try {
    await play(seed, commands, labels);
    return null;
  } catch (error) {
    // What did not happen any more has no part in it.
    const played = commands.filter((command) => command.hasRun);
    return { seed, message: messageOf(error), commands: played };
  }
}

/** Whether the same seed twice is the same run. */
export async function isDeterministic(seed: number, steps: number): Promise<boolean> {
  const once = () => play(seed, commandsOf(seed, steps), new Labels());
  const [first, second] = [await once(), await once()];
  return first === second;
}

/** The fewest commands of a failed run that still break the same promise, as fast-check shrinks them. */
export async function shrink({ seed, message, commands }: Failure): Promise<Failure> {
  let least: Failure = { seed, message, commands };
  const kept = fc.tuple(...commands.map(() => fc.boolean()));
  const property = fc.asyncProperty(kept, async (keeps) => {
    const some = commands.filter((_, place) => keeps[place]);
    try {
      await play(seed, some, new Labels());
    } catch (error) {
      const broken = messageOf(error);
      // Another fault on the way is another story.
      if (promiseOf(broken) !== promiseOf(message)) return;
      if (some.length < least.commands.length) least = { seed, message: broken, commands: some };
      throw error;
    }
  });
  const all = commands.map(() => true);
  await fc.check(property, { examples: [[all]], numRuns: 1, interruptAfterTimeLimit: SHRINK_MS });
  return least;
}

const promiseOf = (message: string): string => message.split(':')[0] ?? '';
