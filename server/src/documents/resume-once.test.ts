import type { App, Kernel } from '@atelier-ide/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { User } from '../studio/user.ts';
import { resumeAdopted, resumeOnce } from './resume-once.ts';

const owner: User = { id: 'u', name: 'U', role: 'user' };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start(resume: () => Promise<void>) {
  const listeners = new Set<(app: App, userId: string) => void>();
  const asked = vi.fn(resume);
  const warned = vi.fn();
  const settled = vi.fn();
  let inService: App[] = [];
  const end = resumeOnce({
    apps: {
      ownerOf: () => owner,
      list: () => inService,
      onDidChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    documents: { resume: asked },
    kernels: { list: () => [{ id: 'k' } as Kernel] },
    executions: { settleLeft: settled },
    log: { warn: warned },
  });
  const become = (status: App['status'], id = 'a'): void => {
    inService = status === 'InService' ? [{ id, status } as App] : [];
    for (const listener of listeners) listener({ id, status } as App, owner.id);
  };
  return { asked, warned, settled, end, become, listeners };
}

it('asks once the app is there, and no more when it was answered', async () => {
  const { asked, settled, become, listeners } = start(() => Promise.resolve());
  become('Pending');
  expect(asked).not.toHaveBeenCalled();
  become('InService');
  become('InService');
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked.mock.calls).toEqual([[owner, 'a']]);
  expect(settled.mock.calls).toEqual([[new Set(['k'])]]);
  expect(listeners.size).toBe(0);
});

it('asks an app that does not answer again, ever more seldom, and not after the end', async () => {
  const { asked, warned, settled, end, become } = start(() => Promise.reject(new Error('away')));
  become('InService');
  await vi.advanceTimersByTimeAsync(2000 + 4000 + 8000 + 16_000 + 32_000);
  expect(asked).toHaveBeenCalledTimes(6);
  await vi.advanceTimersByTimeAsync(180_000);
  expect(asked).toHaveBeenCalledTimes(9);
  end();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked).toHaveBeenCalledTimes(9);
  expect(warned).toHaveBeenCalledTimes(9);
  expect(settled).not.toHaveBeenCalled();
});

it('begins nothing when the server ends before the app has answered', async () => {
  let fail: (error: Error) => void = () => undefined;
  const { asked, end, become } = start(() => new Promise((_resolve, reject) => (fail = reject)));
  become('InService');
  end();
  fail(new Error('away'));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('apps that go on are asked for their kernels, then documents; what is left has ended when all have answered', async () => {
  const steps: string[] = [];
  let isAway = true;
  const { stop: end, whenAsked } = resumeAdopted({
    apps: { list: () => ['a', 'b'].map((id) => ({ id, status: 'InService' }) as App) },
    adopted: ['a', 'b'].map((appId) => ({ user: owner, appId })),
    deaths: { noteBefore: async (_user, appId) => void steps.push(`${appId} counts`) },
    kernels: {
      list: () => [],
      async resumeAll(_user, appId) {
        if (appId === 'b' && isAway) throw new Error('away');
        steps.push(`${appId} kernels`);
      },
    },
    documents: { resume: async (_user, appId) => void steps.push(`${appId} documents`) },
    executions: { settleLeft: () => void steps.push('settled') },
    log: { warn: () => undefined },
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(steps.filter((step) => step.startsWith('a'))).toEqual(['a counts', 'a kernels', 'a documents']);
  expect(steps).not.toContain('b kernels');
  // The server does not wait for one that is away.
  await whenAsked;
  isAway = false;
  await vi.advanceTimersByTimeAsync(2000);
  expect(steps.slice(-3)).toEqual(['b kernels', 'b documents', 'settled']);
  end();
});

it('an app that ends before it answered no longer keeps open what is left of the others', async () => {
  const settled = vi.fn();
  const there = new Set(['a', 'b']);
  const { stop: end } = resumeAdopted({
    apps: { list: () => [...there].map((id) => ({ id, status: 'InService' }) as App) },
    adopted: ['a', 'b'].map((appId) => ({ user: owner, appId })),
    deaths: { noteBefore: () => Promise.resolve() },
    kernels: {
      list: () => [{ id: 'k' } as Kernel],
      resumeAll: (_user, appId) => (appId === 'b' ? Promise.reject(new Error('away')) : Promise.resolve()),
    },
    documents: { resume: () => Promise.resolve() },
    executions: { settleLeft: settled },
    log: { warn: () => undefined },
  });
  await vi.advanceTimersByTimeAsync(2000);
  expect(settled).not.toHaveBeenCalled();
  there.delete('b');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(settled.mock.calls).toEqual([[new Set(['k'])]]);
  expect(vi.getTimerCount()).toBe(0);
  end();
});

it('when the one app goes before it answered, the one after it is asked', async () => {
  let isAway = true;
  const { asked, settled, become } = start(() =>
    isAway ? Promise.reject(new Error('away')) : Promise.resolve(),
  );
  become('InService');
  become('Failed');
  await vi.advanceTimersByTimeAsync(2000);
  isAway = false;
  become('InService', 'b');
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.mock.calls.at(-1)).toEqual([owner, 'b']);
  expect(settled).toHaveBeenCalledTimes(1);
});

it('nothing is served before the apps that go on have said which kernels they have; one that hangs is not waited for long', async () => {
  let answer: () => void = () => undefined;
  const served = vi.fn();
  const begin = (resumeAll: () => Promise<void>) => {
    const { stop, whenAsked } = resumeAdopted({
      apps: { list: () => [{ id: 'a', status: 'InService' } as App] },
      adopted: [{ user: owner, appId: 'a' }],
      deaths: { noteBefore: () => Promise.resolve() },
      kernels: { list: () => [], resumeAll },
      documents: { resume: () => Promise.resolve() },
      executions: { settleLeft: () => undefined },
      log: { warn: () => undefined },
    });
    void whenAsked.then(served);
    return stop;
  };
  const stops = [begin(() => new Promise((resolve) => (answer = resolve)))];
  await vi.advanceTimersByTimeAsync(1000);
  expect(served).not.toHaveBeenCalled();
  answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(served).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
  stops.push(begin(() => new Promise(() => undefined)));
  await vi.advanceTimersByTimeAsync(2000);
  expect(served).toHaveBeenCalledTimes(2);
  for (const stop of stops) stop();
});
