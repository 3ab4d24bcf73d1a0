import { describe, expect, it } from 'vitest';
import type { AppReading } from './app-reading.ts';
import { ratesOf } from './usage-rates.ts';

const MiB = 1024 * 1024;

function reading(time: number, change: Partial<AppReading> = {}): AppReading {
  return {
    time,
    group: null,
    app: { cpuUsec: 1_000_000, memoryBytes: 50 * MiB },
    kernels: [],
    terminals: [],
    disk: null,
    ...change,
  };
}
const group = {
  source: 'cgroup-v2',
  cpuUsec: 0,
  memoryBytes: 100 * MiB,
  memoryLimitBytes: 4096 * MiB,
  periods: 0,
  throttledPeriods: 0,
  oomKills: 0,
};

describe('rates', () => {
  it('of a first reading are the memory only', () => {
    const rates = ratesOf(
      'a',
      undefined,
      reading(5, { kernels: [{ id: 'k', cpuUsec: 9e6, memoryBytes: 30 * MiB }] }),
      2,
    );
    expect(rates).toMatchObject({
      hasRates: false,
      group: null,
      shares: {
        appId: 'a',
        cpuPercent: 0,
        memoryBytes: 80 * MiB,
        kernels: [{ kernelId: 'k', cpuPercent: 0, memoryBytes: 30 * MiB }],
      },
    });
  });

  it('are shares of all processors of the type, and parts add up to their app', () => {
    const before = reading(10, { kernels: [{ id: 'k', cpuUsec: 1e6, memoryBytes: MiB }] });
    const now = reading(12, {
      app: { cpuUsec: 1_400_000, memoryBytes: 50 * MiB },
      kernels: [{ id: 'k', cpuUsec: 3e6, memoryBytes: MiB }],
      terminals: [{ name: '1', cpuUsec: 200_000, memoryBytes: MiB }],
    });
    const { shares, hasRates } = ratesOf('a', before, now, 2);
    expect(hasRates).toBe(true);
    expect(shares).toEqual({
      appId: 'a',
      cpuPercent: 65,
      memoryBytes: 52 * MiB,
      kernels: [{ kernelId: 'k', cpuPercent: 50, memoryBytes: MiB }],
      terminals: [{ name: '1', cpuPercent: 5, memoryBytes: MiB }],
    });
  });

  it('of a kernel that was replaced count from zero, never below', () => {
    const before = reading(10, { kernels: [{ id: 'k', cpuUsec: 90e6, memoryBytes: MiB }] });
    const now = reading(12, { kernels: [{ id: 'k', cpuUsec: 1e6, memoryBytes: MiB }] });
    expect(ratesOf('a', before, now, 1).shares.kernels).toEqual([
      { kernelId: 'k', cpuPercent: 50, memoryBytes: MiB },
    ]);
  });

  it('of a group say how much of the time it was held back, since the reading before', () => {
    const before = reading(10, { group: { ...group, cpuUsec: 5e6, periods: 100, throttledPeriods: 50 } });
    const now = reading(12, {
      group: { ...group, cpuUsec: 7e6, periods: 120, throttledPeriods: 65, oomKills: 2 },
      disk: { path: '/tmp/x', bytes: 7 },
    });
    expect(ratesOf('a', before, now, 1)).toMatchObject({
      diskBytes: 7,
      group: {
        cpuPercent: 100,
        memoryBytes: 100 * MiB,
        memoryLimitBytes: 4096 * MiB,
        throttledPercent: 75,
        oomKills: 2,
        source: 'cgroup-v2',
      },
    });
  });
});
