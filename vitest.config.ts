import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = fileURLToPath(new URL('./src', import.meta.url));
const resolve = { alias: { '@': src } };

/** With version 2 of control groups a server gets none of its own while other processes run beside it: no other file then. */
const groupTests = ['groups', 'memory-death', 'placement-walk'].map((name) => `server/test/${name}.test.ts`);
const realProcesses = { testTimeout: 60_000, hookTimeout: 60_000 };

/** Nothing of ours has state at module level, so files share a process, one a core, and what they import. */
const shared = { isolate: false, testTimeout: 60_000 };

/** A mocked module stays one for what comes later in its process. */
export const mockingTests = [
  'src/features/notebook/export/exported-files.test.tsx',
  'src/output-frame/vega-embed.test.tsx',
];

const dom = { environment: 'happy-dom', setupFiles: ['tools/fresh-document.mjs'] };

/** One project a layer. Server tests drive real processes and mostly wait, so two files run at once on two cores. */
export default defineConfig({
  test: {
    maxWorkers: availableParallelism(),
    projects: [
      { test: { name: 'core', include: ['core/src/**/*.test.ts'], ...shared } },
      { test: { name: 'contract', include: ['contract/src/**/*.test.ts'], ...shared } },
      { test: { name: 'tools', include: ['tools/**/*.test.ts'], ...shared, testTimeout: 120_000 } },
      {
        test: {
          name: 'server',
          include: ['server/src/**/*.test.ts', 'server/test/**/*.test.ts'],
          exclude: groupTests,
          maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
          sequence: { groupOrder: 1 },
          ...realProcesses,
        },
      },
      {
        test: {
          name: 'groups',
          include: groupTests,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...realProcesses,
        },
      },
      { resolve, test: { name: 'node', include: ['src/**/*.test.ts'], css: true, ...shared } },
      {
        resolve,
        test: { name: 'dom', include: ['src/**/*.test.tsx'], exclude: mockingTests, ...dom, ...shared },
      },
      { resolve, test: { name: 'mocks', include: mockingTests, ...dom } },
    ],
  },
});
