import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { HostCapacity } from '../../images/catalogue.ts';

const gib = 1024 ** 3;

type Controller = 'cpu' | 'memory';

/** Where hierarchies are mounted: version 2 (alone, or beside version 1), version 1 by controller. */
const mounts: Record<Controller, readonly string[]> = {
  cpu: ['', '/unified', '/cpu', '/cpu,cpuacct'],
  memory: ['', '/unified', '/memory'],
};

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    // Another version of control groups, or another system.
    return undefined;
  }
}

/** Folders of the groups that we are in and of those around them: a limit of any of them is ours. */
function groupFolders(controller: Controller, root: string): string[] {
  const lines = read(join(root, 'proc/self/cgroup'))?.split('\n') ?? [];
  const paths = lines
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
    .filter((match) => match?.[1] === '' || match?.[1]?.split(',').includes(controller))
    .map((match) => match?.[2] ?? '/');
  const around = paths.flatMap((path) => {
    const names = path.split('/').filter((name) => name !== '');
    return ['', ...names.map((_name, at) => `/${names.slice(0, at + 1).join('/')}`)];
  });
  return mounts[controller].flatMap((mount) =>
    [...new Set(around)].map((path) => join(root, `sys/fs/cgroup${mount}${path}`)),
  );
}

/** CPUs that the control groups around us allow; Infinity without a quota. */
export function cpuQuota(root = '/'): number {
  const quotas = groupFolders('cpu', root).map((folder) => {
    const [quota, period] = read(join(folder, 'cpu.max'))?.split(' ') ?? [
      read(join(folder, 'cpu.cfs_quota_us')),
      read(join(folder, 'cpu.cfs_period_us')),
    ];
    const cpus = Number(quota) / Number(period);
    return cpus > 0 ? cpus : Number.POSITIVE_INFINITY;
  });
  return Math.min(Number.POSITIVE_INFINITY, ...quotas);
}

/** Memory that the control groups around us allow; Infinity without a limit. */
export function memoryLimit(root = '/'): number {
  const limits = groupFolders('memory', root).map((folder) => {
    const bytes = Number(read(join(folder, 'memory.max')) ?? read(join(folder, 'memory.limit_in_bytes')));
    return bytes > 0 ? bytes : Number.POSITIVE_INFINITY;
  });
  return Math.min(Number.POSITIVE_INFINITY, ...limits);
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
    memoryGiB: Math.min(memoryLimit(), totalmem()) / gib,
    gpus: countGpus(),
  };
}
