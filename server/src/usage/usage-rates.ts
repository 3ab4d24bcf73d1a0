import type { Usage } from '@atelier-ide/contract';
import type { AppReading, Counters } from './app-reading.ts';

/*
 * From counters to rates, pure. A counter that is smaller than before belongs to a new process: it counts from zero.
 * Nothing is known of a rate before the second reading; the memory is shown at once.
 */

export type Share = { cpuPercent: number; memoryBytes: number };
export type AppShares = Usage['apps'][number];
export type GroupShares = Pick<
  Usage,
  'cpuPercent' | 'memoryBytes' | 'memoryLimitBytes' | 'throttledPercent' | 'oomKills' | 'source'
>;

/** What two readings of one app say. */
export type AppRates = {
  shares: AppShares;
  group: GroupShares | null;
  diskBytes: number | null;
  /** False for a first reading, whose CPU is not known yet. */
  hasRates: boolean;
};

const rise = (before: number, now: number): number => (now >= before ? now - before : now);

function rounded(percent: number): number {
  return Math.round(percent * 100) / 100;
}

/** Rates between two readings of an app on an instance with `vcpu` processors. */
export function ratesOf(
  appId: string,
  before: AppReading | undefined,
  now: AppReading,
  vcpu: number,
): AppRates {
  const seconds = before ? now.time - before.time : 0;
  const hasRates = seconds > 0;
  const percent = (from: number | undefined, to: number): number =>
    hasRates && from !== undefined ? rounded((rise(from, to) / (seconds * 1e6 * vcpu)) * 100) : 0;
  const share = (from: Counters | undefined, to: Counters): Share => ({
    // A process that was not there at the reading before has used all that it used since then.
    cpuPercent: percent(from?.cpuUsec ?? 0, to.cpuUsec),
    memoryBytes: Math.round(to.memoryBytes),
  });
  const kernels = now.kernels.map((kernel) => {
    const from = before?.kernels.find(({ id }) => id === kernel.id);
    return { kernelId: kernel.id, ...share(from, kernel) };
  });
  const terminals = now.terminals.map((terminal) => {
    const from = before?.terminals.find(({ name }) => name === terminal.name);
    return { name: terminal.name, ...share(from, terminal) };
  });
  const total = sum([share(before?.app, now.app), ...kernels, ...terminals]);
  return {
    shares: { appId, ...total, kernels, terminals },
    group: groupShares(before, now, percent),
    diskBytes: now.disk?.bytes ?? null,
    hasRates,
  };
}

function groupShares(
  before: AppReading | undefined,
  { group }: AppReading,
  percent: (from: number | undefined, to: number) => number,
): GroupShares | null {
  if (!group) return null;
  const from = before?.group ?? undefined;
  const periods = from ? rise(from.periods, group.periods) : 0;
  const throttled = from ? rise(from.throttledPeriods, group.throttledPeriods) : 0;
  return {
    cpuPercent: percent(from?.cpuUsec, group.cpuUsec),
    memoryBytes: Math.round(group.memoryBytes),
    memoryLimitBytes: group.memoryLimitBytes,
    throttledPercent: periods > 0 ? rounded((throttled / periods) * 100) : 0,
    oomKills: group.oomKills,
    source: group.source,
  };
}

/** Sum of shares: the parts of an app, or the apps of an instance that has no group. */
export function sum(shares: readonly Share[]): Share {
  return {
    cpuPercent: rounded(shares.reduce((all, { cpuPercent }) => all + cpuPercent, 0)),
    memoryBytes: shares.reduce((all, { memoryBytes }) => all + memoryBytes, 0),
  };
}
