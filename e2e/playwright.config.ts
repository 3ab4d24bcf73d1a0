import { defineConfig } from '@playwright/test';
import { chromiumArgs } from './fixtures/chromium-args.ts';

/**
 * Real Chromium against the built product and real Jupyter processes. `npm test` finds Chromium and the Python
 * environments and hands them over by environment variables (tools/test.mjs).
 */
export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // Journeys wait for kernels most of their time: three keep two cores busy.
  workers: 3,
  fullyParallel: false,
  // A test that passes only when tried again has a race of ours: it is told as flaky and counts as failed.
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ...(process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['json'] as ['json']] : [])],
  use: {
    viewport: { width: 1440, height: 900 },
    // Traces take more than a third of the processor time of the whole run.
    trace: process.env['ATELIER_TRACE'] === undefined ? 'off' : 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: [...chromiumArgs],
    },
  },
});
