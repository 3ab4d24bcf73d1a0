import type { Enforcement } from '@atelier-ide/contract';

/** What keeps an instance within its size, in one or two sentences; null where the backend does not say. */
export function enforcementText(enforcement: Enforcement | undefined): string | null {
  if (!enforcement) return null;
  const { cpu, memory, reason } = enforcement;
  const why = reason ? ` ${reason.trim().replace(/\.?$/, '.')}` : '';
  if (cpu === 'none' && memory === 'none') return `Sizes are not enforced here.${why}`;
  if (cpu === 'none') return `Memory is enforced here, CPU is not.${why}`;
  if (memory === 'none') return `CPU is enforced here, memory is not.${why}`;
  const isGroup = cpu.startsWith('cgroup') && memory.startsWith('cgroup');
  return isGroup ? 'Held to its size by control groups.' : 'Held to its size.';
}

/** Whether there is something to say before an instance is chosen. */
export function isUnenforced(enforcement: Enforcement | undefined): boolean {
  return enforcement?.cpu === 'none' || enforcement?.memory === 'none';
}
