import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{core,electron,renderer,e2e,lint}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Left to itself it keeps a core free, and half of the tests wait rather than work.
    maxWorkers: 2,
  },
});
