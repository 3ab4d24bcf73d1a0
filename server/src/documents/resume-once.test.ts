import type { App } from '@atelier-ide/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { User } from '../studio/user.ts';
import { resumeOnce } from './resume-once.ts';

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
  const end = resumeOnce({
    apps: {
      ownerOf: () => owner,
      onDidChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    documents: { resume: asked },
    log: { warn: warned },
  });
  const become = (status: App['status']): void => {
    for (const listener of listeners) listener({ id: 'a', status } as App, owner.id);
  };
  return { asked, warned, end, become, listeners };
}

it('asks once the app is there, and no more when it was answered', async () => {
  const { asked, become, listeners } = start(() => Promise.resolve());
  become('Pending');
  expect(asked).not.toHaveBeenCalled();
  become('InService');
  become('InService');
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked.mock.calls).toEqual([[owner, 'a']]);
  expect(listeners.size).toBe(0);
});

it('asks an app that does not answer again, ever more seldom, and not after the end', async () => {
  const { asked, warned, end, become } = start(() => Promise.reject(new Error('away')));
  become('InService');
  await vi.advanceTimersByTimeAsync(2000 + 4000 + 8000 + 16_000 + 32_000);
  expect(asked).toHaveBeenCalledTimes(6);
  await vi.advanceTimersByTimeAsync(180_000);
  expect(asked).toHaveBeenCalledTimes(9);
  end();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked).toHaveBeenCalledTimes(9);
  expect(warned).toHaveBeenCalledTimes(9);
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
