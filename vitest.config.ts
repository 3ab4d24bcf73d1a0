import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = fileURLToPath(new URL('./src', import.meta.url));
const resolve = { alias: { '@': src } };

/** With version 2 of control groups a server gets none of its own while other processes run beside it: no other file then. */
const groupTests = ['groups', 'memory-death', 'placement-walk'].map((name) => `server/test/${name}.test.ts`);
const realProcesses = { testTimeout: 60_000, hookTimeout: 60_000 };

/** One project a layer. Server tests drive real processes and mostly wait, so two files run at once on two cores. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'core', include: ['core/src/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'contract', include: ['contract/src/**/*.test.ts'] } },
      { test: { name: 'tools', include: ['tools/**/*.test.ts'], testTimeout: 120_000 } },
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
      { resolve, test: { name: 'node', include: ['src/**/*.test.ts'], css: true } },
      { resolve, test: { name: 'dom', include: ['src/**/*.test.tsx'], environment: 'happy-dom' } },
    ],
  },
});
