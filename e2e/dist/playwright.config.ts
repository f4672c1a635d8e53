import { defineConfig } from 'playwright/test';
import tests from '../../playwright.config.ts';

export default defineConfig(tests, {
  testDir: '.',
  testMatch: '*.dist.ts',
  outputDir: '../../test-results',
  reporter: 'list',
  workers: 1,
  timeout: 180_000,
});
