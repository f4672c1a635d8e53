import { expect, it } from 'vitest';
import { LABELS, Labels } from './labels.ts';
import { isDeterministic, runSeed, shrink } from './run.ts';

const SEEDS = 300;
const STEPS = 200;

it(`${SEEDS} seeds of faults break no promise, and reach every situation`, { timeout: 400_000 }, async () => {
  const labels = new Labels();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const failure = await runSeed(seed, STEPS, labels);
    if (!failure) continue;
    const { message, commands } = await shrink(failure);
    expect.fail(`seed ${seed}: ${message}\n${commands.map((command) => `  ${command}`).join('\n')}`);
  }
  const counts = new Map(labels.counts());
  expect(LABELS.filter((label) => counts.get(label) === 0)).toEqual([]);
});

it('the same seed twice is the same run', async () => {
  for (const seed of [3, 7, 11]) expect(await isDeterministic(seed, STEPS)).toBe(true);
});
