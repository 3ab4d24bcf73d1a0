import type { Instance, InstanceUsage } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import { fakeApp, fakeImage } from '@/services/fake-compute-store.ts';
import { instanceFacts, memoryOf } from './instance-facts.ts';

const GIB = 1024 ** 3;
const time = '2026-11-23T00:00:00.000Z';
const usage: InstanceUsage = {
  time,
  cpuPercent: 34.4,
  memoryBytes: 3.6 * GIB,
  memoryLimitBytes: 4 * GIB,
  source: 'cgroup-v2',
};
const instance: Instance = {
  id: 'i1',
  type: 'ml.t3.medium',
  status: 'InService',
  apps: ['a', 'b'],
  enforcement: { cpu: 'cgroup-v2', memory: 'cgroup-v2' },
  startedAt: time,
};
const images = [fakeImage('base-python', 'Base Python'), fakeImage('science', 'Data Science')];
const apps = [
  fakeApp('a'),
  fakeApp('b', { imageId: 'science' }),
  fakeApp('c', { status: 'Failed' }),
  fakeApp('d', { instanceId: 'i2' }),
];

describe('what the badge of an instance tells [G1]', () => {
  it('is use, apps and how its size is enforced', () => {
    expect(instanceFacts({ instance, usage, apps, images })).toEqual([
      'CPU 34 %, memory 3.6 GiB of 4 GiB',
      'Apps: Base Python, Data Science',
      'Held to its size by control groups.',
    ]);
    const held = { ...usage, throttledPercent: 41.6 };
    expect(instanceFacts({ instance, usage: held, apps, images })[1]).toBe(
      'CPU limit reached 42 % of the time',
    );
  });

  it('says why a size is not enforced [A8]', () => {
    const enforcement = { cpu: 'none', memory: 'none', reason: 'No control group may be made' };
    expect(
      instanceFacts({ instance: { ...instance, enforcement }, usage: undefined, apps: [], images }),
    ).toEqual(['Sizes are not enforced here. No control group may be made.']);
    expect(instanceFacts({ instance: undefined, usage, apps, images })).toEqual([]);
  });

  it('measures against the size of the type where nothing enforces it', () => {
    expect(memoryOf({ ...usage, memoryLimitBytes: null }, 4)).toEqual({
      usedBytes: 3.6 * GIB,
      limitBytes: 4 * GIB,
    });
    expect(memoryOf({ ...usage, memoryLimitBytes: null }, undefined)).toBeUndefined();
    expect(memoryOf(undefined, 4)).toBeUndefined();
  });
});
