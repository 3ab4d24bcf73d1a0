import type { Outline, SectionMarks } from '@/services/documents/documents-service.ts';

/** What a section's marks say, for those who do not see them. */
export function marksText({ isRunning, hasError, queued }: SectionMarks): string {
  const parts: string[] = [];
  if (hasError) parts.push('error');
  if (isRunning) parts.push('running');
  if (queued !== null) parts.push(queued > 0 ? `${ordinal(queued)} in the queue` : 'waiting');
  return parts.join(', ');
}

export function ordinal(n: number): string {
  const tens = n % 100;
  const end = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${end}`;
}

const count = (n: number, one: string, many: string) =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

export function countsText({ running, errors, code }: Outline['counts']) {
  return {
    running: running > 0 ? `${running.toLocaleString('en-US')} running` : null,
    errors: errors > 0 ? count(errors, 'error', 'errors') : null,
    code: count(code, 'code cell', 'code cells'),
  };
}
