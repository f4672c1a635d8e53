import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONG = /\/(e2e|simulation)\//;

/** Begun last, as the smallest files are where no times are known yet, a long test would leave the other worker idle. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(LONG.test(b.moduleId)) - Number(LONG.test(a.moduleId)));
  }
}

export default defineConfig({
  test: {
    include: ['{core,electron,renderer,e2e,lint}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Left to itself it keeps a core free, and half of the tests wait rather than work.
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
  },
});
