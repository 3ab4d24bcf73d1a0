import { defineConfig } from '@playwright/test';
import e2e from '../e2e/playwright.config.ts';

/**
 * Measures against JupyterLab, both on this machine, in one run, round by round in turn. `npm run bench` sets it up
 * (tools/bench.mjs). One worker: nothing else may run beside a measure.
 */
export default defineConfig({
  ...e2e,
  testDir: '.',
  outputDir: '../node_modules/.cache/bench-results',
  testMatch: '*.bench.ts',
  timeout: 900_000,
  workers: 1,
  reporter: [['list']],
  use: { ...e2e.use, trace: 'off', screenshot: 'off' },
});
