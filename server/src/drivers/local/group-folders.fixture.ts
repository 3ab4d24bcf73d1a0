import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Enforcement } from '@atelier-ide/contract';
import { expect } from 'vitest';

/** A hierarchy of control groups, and the folder in it that the zygotes of this process make groups in. */
type Base = { controllers: readonly string[]; folder: string };

function bases(): Base[] {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const [, names = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const own = path.replace(/\/atelier-leaf$/, '');
    const roots = names === '' ? ['', 'unified'] : [names, ...names.split(',')];
    const folder = roots
      .map((root) => join('/sys/fs/cgroup', root, own))
      .find((candidate) => existsSync(join(candidate, 'cgroup.procs')));
    return folder === undefined ? [] : [{ controllers: names.split(','), folder }];
  });
}

/** Folders of the groups that the zygote with this pid has made now. */
export function groupsOf(zygotePid: number): string[] {
  return bases().flatMap(({ folder }) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(`atelier-${zygotePid}-`))
      .map((name) => join(folder, name)),
  );
}

/** Puts groups before all else on the host, so that a limit shows however busy the host is with others. */
export function favour(folders: readonly string[]): void {
  const weights = { 'cpu.shares': '262144', 'cpu.weight': '10000' };
  for (const folder of folders)
    for (const [name, weight] of Object.entries(weights))
      if (existsSync(join(folder, name))) writeFileSync(join(folder, name), weight);
}

/** Control groups of a process that are instances, `controllers` to path. */
export function groupsOfProcess(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  const pairs = lines.map((line) => /^\d+:([^:]*):(.*)$/.exec(line)?.slice(1) ?? []);
  return Object.fromEntries(pairs.filter(([, path]) => /\/atelier-\d+-\d+-/.test(path ?? '')));
}

/** Limits of the group of a process as its own files tell them. */
export function limitsOf(pid: number): { vcpu: number; memoryGiB: number } {
  const groups = groupsOfProcess(pid);
  const named = (controller: string): string => {
    const base = bases().find(({ controllers }) => controllers.includes(controller));
    const path = Object.entries(groups).find(([names]) => names.split(',').includes(controller))?.[1] ?? '';
    return base && path !== '' ? join(base.folder, path.slice(path.lastIndexOf('/'))) : '';
  };
  const [cpu, memory, v2] = [named('cpu'), named('memory'), named('')];
  const read = (...path: string[]): string => readFileSync(join(...path), 'utf8').trim();
  const [quota = '', period = ''] =
    cpu === ''
      ? read(v2, 'cpu.max').split(' ')
      : [read(cpu, 'cpu.cfs_quota_us'), read(cpu, 'cpu.cfs_period_us')];
  const bytes = memory === '' ? read(v2, 'memory.max') : read(memory, 'memory.limit_in_bytes');
  return { vcpu: Number(quota) / Number(period), memoryGiB: Number(bytes) / 1024 ** 3 };
}

function canChangeGroups(): boolean {
  if (process.getuid?.() !== 0) return false;
  return bases().some(({ controllers, folder }) => {
    const offered = controllers.includes('')
      ? readFileSync(join(folder, 'cgroup.controllers'), 'utf8').split(/\s+/)
      : controllers;
    if (!offered.includes('cpu') && !offered.includes('memory')) return false;
    try {
      accessSync(folder, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Why tests of groups cannot run here; where groups can be made, their absence is a failure and not a reason. */
export function reasonForNoGroups({ cpu, memory, reason }: Enforcement): string | undefined {
  if (cpu !== 'none' && memory !== 'none') return undefined;
  // Version 2 gives no limits below a group that holds processes, and those of others are not moved.
  const isShared = reason?.startsWith('Other processes') === true;
  if (!isShared && canChangeGroups()) expect.fail(`Groups can be made here, but: ${reason}`);
  return reason ?? 'Nothing is enforced.';
}
