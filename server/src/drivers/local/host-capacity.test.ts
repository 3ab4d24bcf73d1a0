import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { catalogueFor } from '../../images/catalogue.ts';
import { cpuQuota, hostCapacity, memoryLimit } from './host-capacity.ts';

it('says what this host has, at most what the system says, and enough for one type', () => {
  const host = hostCapacity();
  expect(host.cpus).toBeGreaterThanOrEqual(1);
  expect(host.cpus).toBeLessThanOrEqual(availableParallelism());
  expect(host.memoryGiB).toBeGreaterThan(0.1);
  expect(host.memoryGiB).toBeLessThanOrEqual(totalmem() / 1024 ** 3);
  expect(catalogueFor(host).some((type) => type.available.ok)).toBe(true);
});

/** A faked file system: paths below `/`, and what they hold. */
function faked(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'atelier-test-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return root;
}

it('is held by the strictest of the groups around it, version 2', () => {
  const root = faked({
    'proc/self/cgroup': '0::/a.slice/b.scope/atelier-leaf',
    'sys/fs/cgroup/a.slice/cpu.max': '150000 100000',
    'sys/fs/cgroup/a.slice/memory.max': 'max',
    'sys/fs/cgroup/a.slice/b.scope/cpu.max': 'max 100000',
    'sys/fs/cgroup/a.slice/b.scope/memory.max': '2000',
    'sys/fs/cgroup/a.slice/b.scope/atelier-leaf/memory.max': '3000',
  });
  expect([cpuQuota(root), memoryLimit(root)]).toEqual([1.5, 2000]);
});

it('is held by the strictest of the groups around it, version 1', () => {
  const root = faked({
    'proc/self/cgroup': '5:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n0::/',
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1',
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000',
    'sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us': '50000',
    'sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us': '100000',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    'sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes': '4000',
  });
  expect([cpuQuota(root), memoryLimit(root)]).toEqual([0.5, 4000]);
});

it('is held by nothing where there are no groups', () => {
  expect([cpuQuota(faked({})), memoryLimit(faked({}))]).toEqual([Infinity, Infinity]);
});
