import { spawnSync } from 'node:child_process';

/** Something that a check expected and did not find. */
class CheckError extends Error {}

export function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new CheckError(otherwise);
}

/** Runs a program to its end and returns what it printed; throws where it fails. */
export function call(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  expectThat(status === 0, `${command} ${args.join(' ')} failed: ${stderr}`);
  return stdout;
}

let done = 0;

/** One check under its name; its failure ends the program. */
export async function step(name: string, check: () => unknown): Promise<void> {
  try {
    await check();
    done += 1;
    console.log(`  ✓ ${name}`);
  } catch (error) {
    console.log(`  ✗ ${name}: ${error instanceof Error ? error.message : error}`);
    throw error;
  }
}

export const steps = (): number => done;
