import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { HostCapacity } from '../../images/catalogue.ts';

const gib = 1024 ** 3;

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    // Another version of control groups, or another system.
    return undefined;
  }
}

/** CPUs that the control group we run in may use; Infinity without a quota. */
function cpuQuota(): number {
  const groups = read('/proc/self/cgroup')?.split('\n') ?? [];
  const pathOf = (match: (controllers: string) => boolean): string =>
    groups.map((line) => line.split(':')).find((parts) => match(parts[1] ?? ''))?.[2] ?? '/';
  const v2 = pathOf((controllers) => controllers === '');
  const v1 = pathOf((controllers) => controllers.split(',').includes('cpu'));
  const max = read(`/sys/fs/cgroup${v2}/cpu.max`) ?? read('/sys/fs/cgroup/cpu.max');
  const [quotaV2, periodV2] = max?.split(' ') ?? [];
  const quotaV1 = ['', v1].map((path) => read(`/sys/fs/cgroup/cpu${path}/cpu.cfs_quota_us`));
  const quota = Number(quotaV2 ?? quotaV1.find((value) => value !== undefined));
  const period = Number(periodV2 ?? read('/sys/fs/cgroup/cpu/cpu.cfs_period_us'));
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
}

/** Memory that we may use: the host's, or less in a limited control group. */
function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function countGpus(): number {
  try {
    return readdirSync('/dev').filter((name) => /^nvidia\d+$/.test(name)).length;
  } catch {
    return 0;
  }
}

/** What this host, or the container we run in, has for an instance. */
export function hostCapacity(): HostCapacity {
  return {
    cpus: Math.min(availableParallelism(), Math.max(1, Math.floor(cpuQuota() + 0.01))),
    memoryGiB: memoryBytes() / gib,
    gpus: countGpus(),
  };
}
