import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONG = /\/(e2e|simulation)\//;

/** Begun last, as the smallest files are where no times are known yet, a long test would leave the others idle. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(LONG.test(b.moduleId)) - Number(LONG.test(a.moduleId)));
  }
}

export default defineConfig({
  test: {
    include: ['{core,electron,renderer,e2e,lint}/**/*.test.ts'],
    // On a busy machine a test, and a condition that it waits for, may take its time.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    // One more than the cores that are promised: a fifth of the time two of them would only wait.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
  },
});
