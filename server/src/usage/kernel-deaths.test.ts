import type { App, Kernel } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import { ann, ManualClock } from '../apps/app-service.fixture.ts';
import type { AppEndpoint } from '../drivers/driver.ts';
import { AppUnreachableError } from '../kernels/app-http.ts';
import type { AppReading, KernelDeath } from './app-reading.ts';
import { createKernelDeaths, memoryWords } from './kernel-deaths.ts';

const GiB = 1024 ** 3;
const kernel: Kernel = {
  id: 'k',
  appId: 'a',
  name: 'python3',
  state: 'restarting',
  documentId: 'd',
  cause: 'The kernel died and was started again',
};
const counters = { cpuUsec: 0, memoryBytes: 0 };

function setUp({ hasGroup = true, instanceId = 'i' as string | null } = {}) {
  const state = { oomKills: 0, isGone: false, death: null as KernelDeath | null };
  const clock = new ManualClock();
  const endpoint: AppEndpoint = {
    target: { socketPath: '/x' },
    basePath: '/',
    token: 't',
    extension: true,
  };
  const deaths = createKernelDeaths({
    apps: { list: () => [{ id: 'a', instanceId } as App], endpoint: () => endpoint },
    documentPath: async () => 'work/train.ipynb',
    clock,
    ask: async () => {
      if (state.isGone) throw new AppUnreachableError('connect ECONNREFUSED');
      const body = readingWith(state.oomKills, state.death);
      return { status: 200, body: hasGroup ? body : { ...body, group: null } };
    },
  });
  const note = (kills: number): void => deaths.noteReading('i', readingWith(kills));
  return { deaths, note, state, clock, cause: () => deaths.causeOf(ann, kernel) };
}

function readingWith(oomKills: number, death: KernelDeath | null = null): AppReading {
  const group = {
    source: 'cgroup-v2',
    ...counters,
    memoryLimitBytes: 4 * GiB,
    periods: 0,
    throttledPeriods: 0,
    oomKills,
  };
  return {
    time: 1,
    group,
    app: counters,
    kernels: [{ id: 'k', ...counters, death }],
    terminals: [],
    disk: null,
  };
}

const words = 'The kernel ran out of memory (4 GiB) in train.ipynb. Your code, outputs and files are kept.';

describe('a kernel that died', () => {
  it('ran out of memory when its instance has counted a kill since the last reading [F5]', async () => {
    const { note, state, cause } = setUp();
    note(0);
    expect(await cause()).toBeUndefined();
    state.oomKills = 1;
    expect(await cause()).toBe(words);
    expect(await cause()).toBeUndefined();
  });

  it('did so too when another reading has seen the kill a moment before, and not when that was long ago', async () => {
    const { note, state, clock, cause } = setUp();
    note(3);
    state.oomKills = 4;
    note(4);
    clock.move(4000);
    expect(await cause()).toBe(words);
    state.oomKills = 5;
    note(5);
    clock.move(16_000);
    expect(await cause()).toBeUndefined();
  });

  it('explains as many deaths as there were kills', async () => {
    const { state, cause } = setUp();
    state.oomKills = 2;
    expect([await cause(), await cause(), await cause()]).toEqual([words, words, undefined]);
  });

  it('ran out of nothing when its instance had counted the kill under an earlier server', async () => {
    const { deaths, state, cause } = setUp();
    state.oomKills = 3;
    await deaths.noteBefore(ann, 'a');
    expect(await cause()).toBeUndefined();
    state.oomKills = 4;
    expect(await cause()).toBe(words);
  });

  it('says with what it ended, where its app tells, with or without a group [F5]', async () => {
    for (const hasGroup of [true, false]) {
      const { state, cause } = setUp({ hasGroup });
      state.death = { code: null, signal: 'SIGSEGV', said: 'Fatal Python error: Segmentation fault' };
      expect(await cause()).toBe(
        'The kernel died (ended by SIGSEGV: Segmentation fault) and was started again',
      );
    }
  });

  it('has another cause where nothing counts', async () => {
    expect(await setUp({ hasGroup: false }).cause()).toBeUndefined();
    const noInstance = setUp({ instanceId: null });
    noInstance.state.oomKills = 1;
    expect(await noInstance.cause()).toBeUndefined();
  });

  it('whose app has gone too is left to whoever asks', async () => {
    const { state, cause } = setUp();
    state.isGone = true;
    await expect(cause()).rejects.toThrow(AppUnreachableError);
  });

  it('is told with what is known', () => {
    expect(memoryWords(1.5 * GiB, undefined)).toBe(
      'The kernel ran out of memory (1.5 GiB). Your code, outputs and files are kept.',
    );
    expect(memoryWords(null, 'a.ipynb')).toBe(
      'The kernel ran out of memory in a.ipynb. Your code, outputs and files are kept.',
    );
    expect(memoryWords(512 * 1024 ** 2, undefined)).toContain('(512 MiB)');
  });
});
