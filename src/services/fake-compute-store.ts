import type { App, Image, InstanceType } from '@atelier-ide/contract';
import type { ComputeState } from './compute/compute-service.ts';
import { createComputeStore } from './compute/compute-store.ts';

const time = '2026-11-23T00:00:00.000Z';

export function fakeApp(id: string, change: Partial<App> = {}): App {
  return {
    id,
    type: 'KernelGateway',
    status: 'InService',
    health: 'ok',
    phases: [],
    imageId: 'base-python',
    instanceId: 'i1',
    instanceType: 'ml.t3.medium',
    identity: { uid: null, gid: null, mountPath: '/home' },
    createdAt: time,
    lastActivity: null,
    ...change,
  };
}

export function fakeImage(id: string, displayName: string, change: Partial<Image> = {}): Image {
  return {
    id,
    displayName,
    description: '',
    driver: 'env',
    processor: 'CPU',
    status: 'CREATED',
    version: '1',
    kernels: [{ name: 'python3', displayName: 'Python 3', language: 'python' }],
    guidance: 'STABLE',
    scope: 'domain',
    aliases: [],
    ...change,
  };
}

export function fakeType(
  name: string,
  size: [number, number],
  change: Partial<InstanceType> = {},
): InstanceType {
  return {
    name,
    vcpu: size[0],
    memoryGiB: size[1],
    gpu: 0,
    category: 'General purpose',
    fastLaunch: false,
    order: 0,
    available: { ok: true },
    ...change,
  };
}

/** A small catalogue: one CPU and one GPU image, five types of which one cannot be had. */
export function createFakeComputeStore(change: Partial<ComputeState> = {}) {
  const store = createComputeStore();
  const types = [
    fakeType('ml.t3.medium', [2, 4], { fastLaunch: true }),
    fakeType('ml.m5.large', [2, 8], { fastLaunch: true }),
    fakeType('ml.m5.xlarge', [4, 16]),
    fakeType('ml.m5.2xlarge', [8, 32], {
      available: { ok: false, reason: 'Needs 32 GiB, this host has 24 GiB.' },
    }),
    fakeType('ml.g4dn.xlarge', [4, 16], { gpu: 1, fastLaunch: true, category: 'Accelerated computing' }),
  ];
  store.setState({
    isLoaded: true,
    domain: {
      id: 'd',
      name: 'Atelier',
      status: 'InService',
      defaults: {
        imageId: 'base-python',
        cpuInstanceType: 'ml.t3.medium',
        gpuInstanceType: 'ml.g4dn.xlarge',
        scriptId: null,
      },
      limits: { appsPerInstance: 4, instancesPerType: 1 },
      sharing: { outputs: true },
    },
    images: [
      fakeImage('base-python', 'Base Python', {
        kernels: [
          { name: 'python3', displayName: 'Python 3', language: 'python' },
          { name: 'ir', displayName: 'R', language: 'R' },
        ],
      }),
      fakeImage('torch-gpu', 'PyTorch GPU', { processor: 'GPU' }),
    ],
    instanceTypes: types.map((type, order) => ({ ...type, order })),
    ...change,
  });
  return store;
}
