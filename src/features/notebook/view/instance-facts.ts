import type { App, Image, Instance, InstanceUsage } from '@atelier-ide/contract';
import { enforcementText } from '@/ui/enforcement-text.ts';
import { gibText } from '@/ui/InstanceBadge.tsx';

export type InstanceReading = {
  instance: Instance | undefined;
  /** The newest reading, where the backend measures. */
  usage: InstanceUsage | undefined;
  apps: readonly App[];
  images: readonly Image[];
};

/** What the tooltip of the instance badge says below the type: use, apps, how its size is enforced. */
export function instanceFacts({ instance, usage, apps, images }: InstanceReading): string[] {
  if (!instance) return [];
  const here = apps.filter((app) => app.instanceId === instance.id && app.status !== 'Failed');
  const names = here.map((app) => images.find((one) => one.id === app.imageId)?.displayName ?? 'an app');
  return [
    ...(usage ? [readingText(usage)] : []),
    ...(usage && (usage.throttledPercent ?? 0) >= 1
      ? [`CPU limit reached ${Math.round(usage.throttledPercent ?? 0)} % of the time`]
      : []),
    ...(names.length > 0 ? [`${names.length === 1 ? 'App' : 'Apps'}: ${names.join(', ')}`] : []),
    enforcementText(instance.enforcement) ?? '',
  ].filter(Boolean);
}

function readingText({ cpuPercent, memoryBytes, memoryLimitBytes }: InstanceUsage): string {
  const limit = memoryLimitBytes === null ? '' : ` of ${gibText(memoryLimitBytes).replace('.0 ', ' ')}`;
  return `CPU ${Math.round(cpuPercent)} %, memory ${gibText(memoryBytes)}${limit}`;
}

/** Memory for the meter: against the limit that holds, else against the size of the type. */
export function memoryOf(
  usage: InstanceUsage | undefined,
  memoryGiB: number | undefined,
): { usedBytes: number; limitBytes: number } | undefined {
  const limitBytes = usage?.memoryLimitBytes ?? (memoryGiB === undefined ? null : memoryGiB * 1024 ** 3);
  if (!usage || limitBytes === null) return undefined;
  return { usedBytes: usage.memoryBytes, limitBytes };
}
