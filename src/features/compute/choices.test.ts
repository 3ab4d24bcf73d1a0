import { describe, expect, it } from 'vitest';
import { createFakeComputeStore, fakeApp, fakeImage, fakeType } from '@/services/fake-compute-store.ts';
import {
  currentEnvironment,
  fitsFilter,
  packagesText,
  priceText,
  reasonAgainst,
  slotText,
  usageOf,
  usageText,
  withImage,
} from './choices.ts';

const state = (change = {}) => createFakeComputeStore(change).getState();
const type = (name: string, from = state()) => {
  const found = from.instanceTypes.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};
const image = (id: string, from = state()) => from.images.find((one) => one.id === id);
const four = ['a', 'b', 'c', 'd'].map((id) => fakeApp(id, { imageId: `image-${id}` }));

describe('what can be chosen', () => {
  it('gives the host’s reason against a type', () => {
    expect(reasonAgainst(state(), type('ml.m5.2xlarge'), image('base-python'))).toBe(
      'Needs 32 GiB, this host has 24 GiB.',
    );
  });

  it('needs a GPU for a GPU image, and nothing more [A6]', () => {
    expect(reasonAgainst(state(), type('ml.t3.medium'), image('torch-gpu'))).toContain(
      'PyTorch GPU is a GPU image',
    );
    expect(reasonAgainst(state(), type('ml.g4dn.xlarge'), image('torch-gpu'))).toBeNull();
    expect(reasonAgainst(state(), type('ml.g4dn.xlarge'), image('base-python'))).toBeNull();
  });

  it('says that an instance is full and names another type [A4]', () => {
    const full = state({ apps: four });
    expect(reasonAgainst(full, type('ml.t3.medium'), image('base-python'))).toBe(
      '4 of 4 apps in use. Stop one, or use ml.m5.large.',
    );
    expect(reasonAgainst(full, type('ml.m5.large'), image('base-python'))).toBeNull();
  });

  it('lets an image share its app on a full instance', () => {
    const full = state({ apps: [...four.slice(1), fakeApp('mine')] });
    expect(reasonAgainst(full, type('ml.t3.medium'), image('base-python'))).toBeNull();
  });

  it('does not count failed apps and the file server', () => {
    const apps = [
      ...four.slice(1),
      fakeApp('x', { status: 'Failed' }),
      fakeApp('y', { type: 'JupyterServer' }),
    ];
    expect(usageOf(state({ apps }), 'ml.t3.medium')).toEqual({ isRunning: true, used: 3, limit: 4 });
    expect(usageText(usageOf(state({ apps }), 'ml.t3.medium'))).toBe('Running, 3 of 4 apps used');
    expect(usageText(usageOf(state(), 'ml.t3.medium'))).toBe('4 free');
  });

  it('says which sum would be too large, and what is free [A7]', () => {
    const domain = state().domain;
    const limits = (change: object) => domain && { ...domain, limits: { ...domain.limits, ...change } };
    const instances = [
      {
        id: 'i1',
        type: 'ml.t3.medium',
        status: 'InService' as const,
        apps: ['a'],
        enforcement: { cpu: 'none', memory: 'none' },
        startedAt: '2026-11-23T00:00:00.000Z',
      },
    ];
    const few = state({ instances, domain: limits({ totalVcpu: 5 }) });
    expect(reasonAgainst(few, type('ml.m5.xlarge'), image('base-python'))).toBe(
      'Needs 4 vCPU, 3 of 5 are free. Stop an instance.',
    );
    expect(reasonAgainst(few, type('ml.m5.large'), image('base-python'))).toBeNull();
    const little = state({ instances, domain: limits({ totalMemoryGiB: 8 }) });
    expect(reasonAgainst(little, type('ml.m5.large'), image('base-python'))).toBe(
      'Needs 8 GiB, 4 of 8 GiB are free. Stop an instance.',
    );
    expect(reasonAgainst(little, type('ml.t3.medium'), image('base-python'))).toBeNull();
  });

  it('tells running and free places [G2]', () => {
    expect(slotText({ isRunning: true, used: 2, limit: 4 })).toBe('Running, 2 free');
    expect(slotText({ isRunning: true, used: 4, limit: 4 })).toBe('Running, full');
    expect(slotText({ isRunning: false, used: 0, limit: 4 })).toBe('4 free');
    expect(slotText({ isRunning: true, used: 2, limit: Number.POSITIVE_INFINITY })).toBe('Running');
  });

  it('goes to a type that fits when another image is chosen', () => {
    const from = { imageId: 'base-python', kernelName: 'ir', instanceType: 'ml.t3.medium' };
    expect(withImage(state(), from, 'torch-gpu')).toEqual({
      imageId: 'torch-gpu',
      kernelName: 'python3',
      instanceType: 'ml.g4dn.xlarge',
    });
    expect(withImage(state(), { ...from, kernelName: null }, 'torch-gpu').kernelName).toBeNull();
    expect(withImage(state(), { ...from, instanceType: 'ml.m5.large' }, 'base-python').instanceType).toBe(
      'ml.m5.large',
    );
  });

  it('knows where a document runs only while it has an app', () => {
    const running = state({ apps: [fakeApp('a')] });
    const binding = { state: 'bound', appId: 'a', kernelName: 'python3' };
    expect(currentEnvironment(running, binding)).toEqual({
      imageId: 'base-python',
      kernelName: 'python3',
      instanceType: 'ml.t3.medium',
    });
    expect(currentEnvironment(running, { ...binding, state: 'ended' })).toBeNull();
    expect(currentEnvironment(running, { ...binding, appId: 'gone' })).toBeNull();
  });

  it.each([
    ['m5', ['ml.m5.large', 'ml.m5.xlarge', 'ml.m5.2xlarge']],
    ['16 GiB', ['ml.m5.xlarge', 'ml.g4dn.xlarge']],
    ['2 vcpu m5', ['ml.m5.large']],
    ['accelerated', ['ml.g4dn.xlarge']],
    ['nothing like it', []],
  ])('filters by %s', (words, names) => {
    expect(
      state()
        .instanceTypes.filter((one) => fitsFilter(one, words))
        .map((one) => one.name),
    ).toEqual(names);
  });

  it('shows a price only where there is one', () => {
    expect(priceText(fakeType('x', [1, 1]))).toBeNull();
    expect(priceText(fakeType('x', [1, 1], { pricePerHour: 0.05, currency: 'EUR' }))).toBe('€0.05/h');
    expect(fakeImage('x', 'X').processor).toBe('CPU');
  });
});

it('tells an image by the packages that people look for, not by the alphabet [C5]', () => {
  const packages = ['anyio', 'numpy', 'Pandas', 'zipp', 'matplotlib', 'torch'].map((name) => ({
    name,
    version: '1.0',
  }));
  expect(packagesText(packages)).toBe('Pandas 1.0, matplotlib 1.0, torch 1.0 and 3 more');
  expect(packagesText(packages.slice(1, 2))).toBe('numpy 1.0');
  expect(packagesText(packages.slice(0, 1))).toBeNull();
});
