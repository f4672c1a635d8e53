import { defineConfig } from 'playwright/test';
import tests from '../../playwright.config.ts';

export default defineConfig(tests, {
  testDir: '.',
  testMatch: '*.screens.ts',
  outputDir: '../../test-results',
  reporter: 'list',
  workers: 1,
  timeout: 120_000,
});
