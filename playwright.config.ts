import { defineConfig } from 'playwright/test';

const chromium = process.env.AURORA_CHROMIUM;

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  // Two cores, and each test starts programs of its own.
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  // On a busy machine a test, and a condition that it waits for, may take its time.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json']],
  use: {
    actionTimeout: 30_000,
    // The page itself is in a trace; a film of it would take as much of the cores again as the page does.
    trace: { mode: 'retain-on-failure', screenshots: false },
    ...(chromium
      ? {
          launchOptions: {
            executablePath: chromium,
            // Without these Debian's Chromium looks up hosts that no test may need; as root it has no sandbox.
            args: [
              '--no-sandbox',
              '--disable-gpu',
              '--no-first-run',
              '--disable-background-networking',
              '--disable-component-update',
              '--disable-sync',
            ],
          },
        }
      : {}),
  },
});
