import type { FileEntry } from '@/services/files/files-service.ts';

const byExtension: Readonly<Record<string, string>> = {
  py: 'file-code',
  r: 'file-code',
  js: 'file-code',
  ts: 'file-code',
  sh: 'file-code',
  json: 'file-braces',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  svg: 'image',
  csv: 'table',
  tsv: 'table',
  parquet: 'table',
  md: 'file-text',
  txt: 'file-text',
  toml: 'file-cog',
  yml: 'file-cog',
  yaml: 'file-cog',
};

/** Icon of an entry, by its kind and extension. */
export function fileIcon(entry: FileEntry, isExpanded: boolean): string {
  if (entry.type === 'directory') return isExpanded ? 'folder-open' : 'folder';
  if (entry.type === 'notebook') return 'notebook-text';
  return byExtension[entry.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'file';
}

/** How long ago, short: `now`, `5 min`, `2 h`, `3 d`, `2 w`, then the year. `now` is in ms. */
export function shortAge(modifiedAt: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(modifiedAt)) / 60_000);
  if (!Number.isFinite(minutes)) return '';
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h`;
  const days = Math.floor(minutes / (24 * 60));
  if (days < 14) return `${days} d`;
  if (days < 365) return `${Math.floor(days / 7)} w`;
  return new Date(modifiedAt).getUTCFullYear().toString();
}

/** A size with its unit: `812 B`, `18 KB`, `1.2 GB` (powers of 1000, as file managers show files). */
export function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
