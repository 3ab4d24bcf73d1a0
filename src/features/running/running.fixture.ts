import type { App, Instance, Kernel, Usage } from '@atelier-ide/contract';
import { createFakeComputeStore, fakeApp } from '@/services/fake-compute-store.ts';
import type { RunningFacts } from './running-tree.ts';

const time = '2026-11-23T00:00:00.000Z';
const GIB = 1024 ** 3;

export function fakeInstance(id: string, type: string, change: Partial<Instance> = {}): Instance {
  return {
    id,
    type,
    status: 'InService',
    apps: [],
    enforcement: { cpu: 'none', memory: 'none' },
    startedAt: time,
    ...change,
  };
}

export const fakeKernel = (id: string, appId: string, change: Partial<Kernel> = {}): Kernel => ({
  id,
  appId,
  name: 'python3',
  state: 'idle',
  documentId: null,
  ...change,
});

export const fakeUsage = (instanceId: string, apps: Usage['apps']): Usage => ({
  time,
  instanceId,
  cpuPercent: 94,
  memoryBytes: 2.9 * GIB,
  memoryLimitBytes: 4 * GIB,
  source: 'cgroup-v2',
  apps,
});

export const serverApp: App = fakeApp('js', {
  type: 'JupyterServer',
  instanceId: null,
  instanceType: null,
  imageId: null,
});

/** Two instances: one with a busy and an idle kernel and a terminal, one with a kernel alone; a system terminal. */
export function fakeFacts(change: Partial<RunningFacts> = {}): RunningFacts {
  const share = { cpuPercent: 91, memoryBytes: 2.1 * GIB };
  const compute = createFakeComputeStore({
    apps: [fakeApp('a1'), fakeApp('a2', { instanceId: 'i2', instanceType: 'ml.m5.large' }), serverApp],
    instances: [fakeInstance('i1', 'ml.t3.medium'), fakeInstance('i2', 'ml.m5.large')],
    kernels: [
      fakeKernel('k1', 'a1', { state: 'busy', documentId: 'd1' }),
      fakeKernel('k2', 'a1'),
      fakeKernel('k3', 'a2', { documentId: 'd3' }),
    ],
    usage: {
      i1: fakeUsage('i1', [
        {
          appId: 'a1',
          ...share,
          kernels: [{ kernelId: 'k1', ...share }],
          terminals: [{ name: '1', cpuPercent: 0, memoryBytes: 12 * 1024 ** 2 }],
        },
      ]),
    },
  }).getState();
  return {
    compute,
    paths: { d1: 'work/churn.ipynb', d3: 'uplift.ipynb' },
    terminals: { a1: ['1'], js: ['1'] },
    runs: { k1: { executionId: 'e1', cell: 7, startedAt: Date.parse(time) } },
    ...change,
  };
}

/** 42 s after the busy cell began. */
export const fakeNow = Date.parse(time) + 42_000;
